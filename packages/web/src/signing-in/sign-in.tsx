import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useLocation, useNavigate } from '@tanstack/react-router';
import { type FormEvent, lazy, Suspense, use, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { signIn } from '../api/identity.ts';
import { CardPage } from '../ui/card-page.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { Notice } from '../ui/notice.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { AppWords } from './app-words.ts';
import { useArrive } from './arrive.ts';
import { type AskedFactor, askFactor } from './second-step.ts';
import { isClosed, signInOver } from './sign-in-over.ts';

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** A word on the sign-in page about how one got there. */
    note?: 'sign_in_again' | 'signed_out' | 'challenge_expired' | 'password_set' | 'joined';
    /** An address already typed or proven. */
    email?: string;
    /** The second factor that the sign-in asks for. */
    factor?: AskedFactor;
  }
}

const DisabledPage = lazy(async () => ({ default: (await import('./disabled.tsx')).DisabledPage }));

const good = new Set(['password_set', 'joined']);

export function SignInPage() {
  const { t } = useTranslation();
  const { next } = getRouteApi('/sign-in').useSearch();
  const { note, email: known = '' } = useLocation({ select: ({ state }) => state });
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState('');
  const [left, setLeft] = useState<'email' | 'password'>();
  const client = useQueryClient();
  const navigate = useNavigate();
  const arrive = useArrive();
  const { name: app, foot } = use(AppWords);

  const attempt = useMutation({
    mutationFn: async () => {
      const answer = await signIn(email.trim(), password);
      if (!('twoFactorMethods' in answer)) return undefined;
      return askFactor(answer.twoFactorMethods, email.trim());
    },
    onSuccess: async (factor) => {
      if (!factor) return arrive(next);
      client.removeQueries();
      await navigate({
        to: '/second-factor',
        search: next ? { next } : {},
        state: { factor },
      });
    },
  });
  const failure = attempt.error;
  const again = signInOver(failure);
  const said = failure ? again : note;

  if (isClosed(failure))
    return (
      <Suspense>
        <DisabledPage
          name={failure.accountName}
          support={failure.support}
          leave={<Button onClick={attempt.reset}>{t('disabled.backToSignIn')}</Button>}
        />
      </Suspense>
    );

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const empty = email.trim() === '' ? 'email' : password === '' ? 'password' : undefined;
    setLeft(empty);
    if (empty) document.getElementById(empty)?.focus();
    else attempt.mutate();
  };

  return (
    <CardPage title={t('signIn.title')} sentence={app && t(app)}>
      {said && <Notice kind={good.has(said) ? 'good' : 'wait'}>{t(`note.${said}`)}</Notice>}
      <form onSubmit={submit} noValidate>
        <TextInput
          id="email"
          type="email"
          name="email"
          dir="ltr"
          autoComplete="username"
          label={t('common.email')}
          value={email}
          error={left === 'email' && t('signIn.emailEmpty')}
          onChange={(event) => setEmail(event.target.value)}
        />
        <PasswordField
          id="password"
          name="password"
          autoComplete="current-password"
          label={t('common.password')}
          value={password}
          error={left === 'password' && t('signIn.passwordEmpty')}
          onChange={(event) => setPassword(event.target.value)}
        />
        {!again && <FailureNote failure={failure} />}
        <Button type="submit" variant="filled" loading={attempt.isPending}>
          {t('signIn.submit')}
        </Button>
      </form>
      <Link to="/forgot-password" state={{ email }} className="small">
        {t('signIn.forgot')}
      </Link>
      {foot}
    </CardPage>
  );
}
