import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link, Navigate, useLocation, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type CodeKind, sendCode, verifyCode } from '../../api/identity.ts';
import { ApiFailure } from '../../api/request.ts';
import { CardPage } from '../../ui/card-page.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useArrive } from './arrive.ts';
import { CodeForm } from './code-form.tsx';

const sentences = { totp: 'factor.app', otp: 'factor.mail', 'backup-code': 'factor.backup' };
const atField = new Set(['wrong_code', 'code_expired']);

export function SecondFactorPage() {
  const { t } = useTranslation();
  const { next } = getRouteApi('/second-factor').useSearch();
  // As it was on arrival: on the way out the location is the next page's already.
  const [factor] = useState(useLocation({ select: ({ state }) => state.factor }));
  const hasApp = factor?.methods.includes('totp') ?? false;
  const [kind, setKind] = useState<CodeKind>(hasApp ? 'totp' : 'otp');
  const navigate = useNavigate();
  const arrive = useArrive();

  const toSignIn = (failure: Error) => {
    if (!(failure instanceof ApiFailure) || failure.code !== 'challenge_expired') return;
    const state = { note: 'challenge_expired' as const, email: factor?.email ?? '' };
    void navigate({ to: '/sign-in', search: next ? { next } : {}, state, replace: true });
  };
  const verify = useMutation({
    mutationFn: (code: string) => verifyCode(kind, code),
    onSuccess: () => arrive(next),
    onError: toSignIn,
  });
  const send = useMutation({ mutationFn: sendCode, onError: toSignIn });

  if (!factor) return <Navigate to="/sign-in" search={next ? { next } : {}} replace />;

  const use = (other: CodeKind) => {
    verify.reset();
    send.reset();
    setKind(other);
    if (other === 'otp') send.mutate();
  };
  const wrong = verify.error instanceof ApiFailure && atField.has(verify.error.code);

  return (
    <CardPage title={t('factor.title')} sentence={t(sentences[kind])}>
      <CodeForm
        key={kind}
        label={t(kind === 'backup-code' ? 'factor.backupLabel' : 'common.code')}
        digits={kind !== 'backup-code'}
        error={
          wrong && verify.error ? t(`failure.${(verify.error as ApiFailure).code}`) : undefined
        }
        pending={verify.isPending}
        submitLabel={t('signIn.submit')}
        onSubmit={verify.mutate}
      />
      {!wrong && <FailureNote failure={verify.error} />}
      <FailureNote failure={send.error} />
      {kind === 'otp' && !factor.codeSent && send.isIdle && !hasApp && (
        <Notice kind="bad">{t('factor.notSent')}</Notice>
      )}
      {send.isSuccess && <Notice kind="good">{t('factor.sent')}</Notice>}
      <div className="stack-tight">
        {kind === 'otp' && (
          <Button variant="subtle" loading={send.isPending} onClick={() => send.mutate()}>
            {t('factor.sendNew')}
          </Button>
        )}
        {hasApp && kind !== 'totp' && (
          <Button variant="subtle" onClick={() => use('totp')}>
            {t('factor.useApp')}
          </Button>
        )}
        {hasApp && kind !== 'otp' && (
          <Button variant="subtle" onClick={() => use('otp')}>
            {t('factor.useMail')}
          </Button>
        )}
        {hasApp && kind !== 'backup-code' && (
          <Button variant="subtle" onClick={() => use('backup-code')}>
            {t('factor.useBackup')}
          </Button>
        )}
      </div>
      <Link to="/sign-in" search={next ? { next } : {}} className="small">
        {t('disabled.backToSignIn')}
      </Link>
    </CardPage>
  );
}
