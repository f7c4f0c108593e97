import { Button, Checkbox } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changePassword } from '../../api/identity.ts';
import { profileQuery } from '../../api/profile.ts';
import { ApiFailure } from '../../api/request.ts';
import { useOutcome } from '../../ui/outcome.tsx';
import { PasswordField } from '../../ui/password-field.tsx';
import { isPasswordRefused, NewPasswordField, passwordFits } from '../new-password.tsx';

const blank = { currentPassword: '', newPassword: '', revokeOtherSessions: true };

const isMistaken = (failure: Error | null) =>
  failure instanceof ApiFailure && failure.code === 'wrong_password';

export function ProfilePassword({ email }: { email: string }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(blank);
  const [wrong, setWrong] = useState({ current: false, fresh: false });
  const client = useQueryClient();
  const outcome = useOutcome();
  const change = useMutation({
    mutationFn: () => changePassword(typed),
    onError: (failure) => outcome.fail(failure, isPasswordRefused(failure) || isMistaken(failure)),
    onSuccess: async () => {
      setTyped(blank);
      outcome.succeed(t('password.changed'));
      await client.invalidateQueries(profileQuery);
    },
  });
  const refused = isPasswordRefused(change.error);
  const mistaken = isMistaken(change.error);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    outcome.begin();
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
        {outcome.notice}
        <div>
          <Button type="submit" variant="default" loading={change.isPending}>
            {t('password.change')}
          </Button>
        </div>
      </form>
    </section>
  );
}
