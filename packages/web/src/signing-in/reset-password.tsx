import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { lookAtReset, resetPassword } from '../api/identity.ts';
import { ApiFailure } from '../api/request.ts';
import { CardPage } from '../ui/card-page.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { Loading } from '../ui/loading.tsx';
import { Notice } from '../ui/notice.tsx';
import { isPasswordRefused, NewPasswordField, passwordFits } from './new-password.tsx';
import { acceptedOf, OpenedMemberships } from './opened-memberships.tsx';

const isOver = (failure: Error | null) =>
  failure instanceof ApiFailure && failure.code === 'link_over';

export function ResetPasswordPage() {
  const { t } = useTranslation();
  const { token = '' } = getRouteApi('/reset-password').useSearch();
  const look = useQuery({
    queryKey: ['reset', token],
    queryFn: () => lookAtReset(token),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: token !== '',
  });
  const [password, setPassword] = useState('');
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [unfit, setUnfit] = useState(false);
  const navigate = useNavigate();
  const { email = '', memberships = [] } = look.data ?? {};

  const reset = useMutation({
    mutationFn: () =>
      resetPassword({ token, newPassword: password, ...acceptedOf(memberships, left) }),
    onSuccess: () =>
      navigate({ to: '/sign-in', state: { note: 'password_set', email }, replace: true }),
  });
  const refused = isPasswordRefused(reset.error);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setUnfit(!passwordFits(password));
    if (passwordFits(password)) reset.mutate();
  };

  if (token === '' || isOver(look.error) || isOver(reset.error))
    return (
      <CardPage title={t('reset.title')}>
        <Notice kind="bad">{t('failure.link_over')}</Notice>
        <Link to="/forgot-password">{t('reset.askAgain')}</Link>
      </CardPage>
    );
  if (!look.data)
    return (
      <CardPage title={t('reset.title')}>
        {look.error ? (
          <FailureNote failure={look.error} retry={look.refetch} />
        ) : (
          <Loading height={148} />
        )}
      </CardPage>
    );
  return (
    <CardPage title={t('reset.title')}>
      <form onSubmit={submit} noValidate>
        <TextInput
          label={t('common.email')}
          name="username"
          autoComplete="username"
          dir="ltr"
          readOnly
          value={email}
        />
        <NewPasswordField value={password} onChange={setPassword} refused={unfit || refused} />
        <OpenedMemberships listed={memberships} left={left} onChange={setLeft} />
        {!refused && <FailureNote failure={reset.error} />}
        <Button type="submit" variant="filled" loading={reset.isPending}>
          {t('reset.submit')}
        </Button>
      </form>
    </CardPage>
  );
}
