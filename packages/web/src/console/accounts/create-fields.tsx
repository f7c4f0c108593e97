import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ConsoleAnswer } from '../../api/console.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { PasswordField } from '../../ui/password-field.tsx';
import type { useFields } from '../form/fields.ts';
import type { blank } from './create-account.tsx';
import { makePassword } from './make-password.ts';

type Name = keyof typeof blank;
type Servers = ConsoleAnswer<'GET online/getServers'>['list'];
type Props = { fields: ReturnType<typeof useFields<Name>> };

export function AccountFields({ fields, servers }: Props & { servers: Servers }) {
  const { t } = useTranslation();
  const bind = useBind(fields);
  const { length } = [...fields.typed.account_name.trim()];
  return (
    <>
      <TextInput
        {...bind('account_name')}
        className="wide"
        dir="auto"
        data-autofocus
        description={t('create.account_nameWhy', { count: length })}
      />
      <TextInput {...bind('agents')} inputMode="numeric" dir="ltr" />
      <TextInput {...bind('inboxes')} inputMode="numeric" dir="ltr" />
      {servers.length > 1 && (
        <NativeSelect
          {...bind('server')}
          description={t('create.serverWhy')}
          data={servers.map(({ server, main }) =>
            main
              ? { value: '', label: t('create.mainServer', { server }) }
              : { value: server, label: server },
          )}
        />
      )}
      <TextInput
        {...bind('reference')}
        dir="ltr"
        description={t('create.referenceWhy')}
        spellCheck={false}
      />
    </>
  );
}

export function AdministratorFields({ fields }: Props) {
  const { t } = useTranslation();
  const bind = useBind(fields);
  const { typed, set } = fields;
  const codes = typed.admin_2fa === '1';
  return (
    <>
      <TextInput {...bind('admin_email')} type="email" dir="ltr" />
      <TextInput {...bind('admin_name')} dir="auto" />
      <TextInput
        {...bind('admin_displayName')}
        dir="auto"
        description={t('create.admin_displayNameWhy')}
      />
      <div className="stack-tight">
        <PasswordField
          {...bind('admin_password')}
          autoComplete="new-password"
          description={t('create.admin_passwordWhy')}
        />
        <div className="row">
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={() => set({ admin_password: makePassword() })}
          >
            {t('create.makePassword')}
          </Button>
          {typed.admin_password && (
            <CopyButton text={typed.admin_password} label={t('common.copy')} />
          )}
        </div>
      </div>
      <Checkbox
        className="wide"
        label={t('create.admin_2fa')}
        checked={codes}
        onChange={({ target }) =>
          set(
            target.checked
              ? { admin_2fa: '1', admin_2fa_value: typed.admin_email }
              : { admin_2fa: '0', admin_2fa_value: '' },
          )
        }
      />
      {codes && <TextInput {...bind('admin_2fa_value')} type="email" dir="ltr" />}
    </>
  );
}

/** A field by its parameter's name: label, text, and what is wrong with it. */
function useBind({ typed, set, leave, problem }: Props['fields']) {
  const { t, i18n } = useTranslation();
  return (name: Name) => {
    const found = problem(name);
    const own = `reason.${found}`;
    const error = found && (i18n.exists(own) ? t(own) : t(`create.wrong.${name}`));
    return {
      name,
      autoComplete: 'off',
      label: t(`create.${name}`),
      value: typed[name],
      error,
      onChange: ({ target }: { target: { value: string } }) => set({ [name]: target.value }),
      onBlur: () => typed[name] !== '' && leave(name),
    };
  };
}
