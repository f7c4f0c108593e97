import { Button, Checkbox } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changePassword } from '../../api/identity.ts';
import { profileQuery } from '../../api/profile.ts';
import { ApiFailure } from '../../api/request.ts';
import {
  isPasswordRefused,
  NewPasswordField,
  passwordFits,
} from '../../signing-in/new-password.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Notice } from '../../ui/notice.tsx';
import { PasswordField } from '../../ui/password-field.tsx';

const blank = { currentPassword: '', newPassword: '', revokeOtherSessions: true };

export function ProfilePassword({ email }: { email: string }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(blank);
  const [wrong, setWrong] = useState({ current: false, fresh: false });
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: () => changePassword(typed),
    onSuccess: async () => {
      setTyped(blank);
      await client.invalidateQueries(profileQuery);
    },
  });
  const refused = isPasswordRefused(change.error);
  const mistaken = change.error instanceof ApiFailure && change.error.code === 'wrong_password';

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = {
      current: typed.currentPassword === '',
      fresh: !passwordFits(typed.newPassword),
    };
    setWrong(found);
    if (!found.current && !found.fresh) change.mutate();
  };

  return (
    <section className="panel stack" aria-labelledby="password-title">
      <h2 id="password-title">{t('common.password')}</h2>
      <form onSubmit={submit} noValidate className="stack">
        <input type="email" name="username" autoComplete="username" value={email} readOnly hidden />
        <PasswordField
          name="current-password"
          dir="ltr"
          autoComplete="current-password"
          label={t('password.current')}
          value={typed.currentPassword}
          error={
            (wrong.current && t('signIn.passwordEmpty')) ||
            (mistaken && t('failure.wrong_password'))
          }
          onChange={({ target }) => setTyped({ ...typed, currentPassword: target.value })}
        />
        <NewPasswordField
          value={typed.newPassword}
          refused={wrong.fresh || refused}
          onChange={(newPassword) => setTyped({ ...typed, newPassword })}
        />
        <Checkbox
          label={t('password.others')}
          checked={typed.revokeOtherSessions}
          onChange={({ target }) => setTyped({ ...typed, revokeOtherSessions: target.checked })}
        />
        {change.isSuccess && <Notice kind="good">{t('password.changed')}</Notice>}
        {!refused && !mistaken && <FailureNote failure={change.error} />}
        <div>
          <Button type="submit" variant="default" loading={change.isPending}>
            {t('password.change')}
          </Button>
        </div>
      </form>
    </section>
  );
}
