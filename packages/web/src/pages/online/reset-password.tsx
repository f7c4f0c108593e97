import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { resetPassword } from '../../api/identity.ts';
import { ApiFailure } from '../../api/request.ts';
import { CardPage } from '../../ui/card-page.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Notice } from '../../ui/notice.tsx';
import { NewPasswordField, passwordFits } from './new-password.tsx';

export function ResetPasswordPage() {
  const { t } = useTranslation();
  const { token = '' } = getRouteApi('/reset-password').useSearch();
  const [password, setPassword] = useState('');
  const [refused, setRefused] = useState(false);
  const navigate = useNavigate();
  const reset = useMutation({
    mutationFn: () => resetPassword(token, password),
    onSuccess: () => navigate({ to: '/sign-in', state: { note: 'password_set' }, replace: true }),
  });
  const over = reset.error instanceof ApiFailure && reset.error.code === 'link_over';

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setRefused(!passwordFits(password));
    if (passwordFits(password)) reset.mutate();
  };

  if (token === '' || over)
    return (
      <CardPage title={t('reset.title')}>
        <Notice kind="bad">{t('failure.link_over')}</Notice>
        <Link to="/forgot-password">{t('reset.askAgain')}</Link>
      </CardPage>
    );
  return (
    <CardPage title={t('reset.title')}>
      <form onSubmit={submit} noValidate>
        <NewPasswordField value={password} onChange={setPassword} refused={refused} />
        <FailureNote failure={reset.error} />
        <Button type="submit" variant="filled" loading={reset.isPending}>
          {t('reset.submit')}
        </Button>
      </form>
    </CardPage>
  );
}
