import { Button } from '@mantine/core';
import { endpoints } from '@switchboard/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type ConsoleSent, consoleCall, consoleKey } from '../../api/console.ts';
import { ConsoleRefusal } from '../../api/console-refusal.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { isolate } from '../../ui/phrase.tsx';
import { sentOf, useFields } from '../form/fields.ts';
import { FormPage, FormSection } from '../form/form-page.tsx';
import { useMember } from '../member.ts';
import { toast } from '../toast.tsx';
import { AdministratorGets } from './administrator-gets.tsx';
import { AccountFields, AdministratorFields } from './create-fields.tsx';
import { serversQuery } from './servers.ts';

const parameters = endpoints.createAccount.request;

export const blank = {
  account_name: '',
  agents: '5',
  inboxes: '1',
  admin_email: '',
  admin_name: '',
  admin_displayName: '',
  admin_password: '',
  admin_2fa: '0',
  admin_2fa_value: '',
  server: '',
  reference: '',
};

/** A new account with its first administrator; its own page opens. */
export function CreateAccountPage() {
  const { t } = useTranslation();
  const { partner } = useMember();
  const fields = useFields(parameters, blank);
  const known = useQuery(serversQuery(partner));
  const servers = known.data?.list ?? [];
  const address = servers.find(({ server, main }) =>
    fields.typed.server ? server === fields.typed.server : main,
  )?.address;
  const client = useQueryClient();
  const navigate = useNavigate();
  const to = { partner: String(partner) };
  // The same request again, after an answer that got lost, creates nothing twice.
  const key = useRef({ of: '', key: '' });

  const create = useMutation({
    mutationFn: () => {
      const sent = sentOf(parameters, fields.typed) as ConsoleSent<'POST online/createAccount'>;
      const of = JSON.stringify(sent);
      if (key.current.of !== of) key.current = { of, key: newKey() };
      return consoleCall(partner, 'POST online/createAccount', sent, {
        idempotencyKey: key.current.key,
      });
    },
    onSuccess: async ({ account_id, account_name, server }) => {
      void client.invalidateQueries({ queryKey: consoleKey(partner, 'GET online/getAccounts') });
      toast(t('create.created', { name: isolate(account_name) }));
      await navigate({
        to: '/p/$partner/accounts/$server/$accountId',
        params: { ...to, server, accountId: String(account_id) },
        ignoreBlocker: true,
      });
    },
    onError: (failure) => {
      key.current.of = '';
      if (failure instanceof ConsoleRefusal) fields.refuse(errorsOf(failure));
    },
  });
  const toldAtFields =
    create.error instanceof ConsoleRefusal &&
    errorsOf(create.error).every(({ parameter }) => parameter && parameter in blank);

  return (
    <FormPage
      title={t('create.title')}
      sentence={t('create.sentence')}
      submit={t('create.submit')}
      pending={create.isPending}
      failure={toldAtFields ? null : create.error}
      unsaved={fields.isChanged && !create.isSuccess}
      onSubmit={() => fields.judge() && create.mutate()}
      aside={<AdministratorGets typed={fields.typed} address={address} />}
      leave={
        <Button
          variant="default"
          renderRoot={(props) => <Link to="/p/$partner/accounts" params={to} {...props} />}
        >
          {t('common.cancel')}
        </Button>
      }
    >
      <FormSection title={t('create.account')}>
        {known.error && (
          <div className="wide">
            <FailureNote failure={known.error} retry={known.refetch} />
          </div>
        )}
        <AccountFields fields={fields} servers={servers} />
      </FormSection>
      <FormSection title={t('create.administrator')}>
        <AdministratorFields fields={fields} />
      </FormSection>
    </FormPage>
  );
}

/** Everything that is wrong: a refusal that lists nothing is the one thing itself. */
const errorsOf = ({ errors, parameter, code }: ConsoleRefusal) =>
  errors.length > 0 ? errors : [{ code: code as never, ...(parameter ? { parameter } : {}) }];

const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16)).join('-');
