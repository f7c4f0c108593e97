import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link, Navigate, useLocation, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type CodeKind, sendCode, verifyCode } from '../api/identity.ts';
import { ApiFailure } from '../api/request.ts';
import { CardPage } from '../ui/card-page.tsx';
import { Notice } from '../ui/notice.tsx';
import { useOutcome } from '../ui/outcome.tsx';
import { useArrive } from './arrive.ts';
import { CodeForm } from './code-form.tsx';
import { DisabledPage } from './disabled.tsx';
import { isClosed, signInOver } from './sign-in-over.ts';

const sentences = { totp: 'factor.app', otp: 'factor.mail', 'backup-code': 'factor.backup' };

export function SecondFactorPage() {
  const { t } = useTranslation();
  const { next } = getRouteApi('/second-factor').useSearch();
  // As it was on arrival: on the way out the location is the next page's already.
  const [factor] = useState(useLocation({ select: ({ state }) => state.factor }));
  const hasApp = factor?.methods.includes('totp') ?? false;
  const [kind, setKind] = useState<CodeKind>(hasApp ? 'totp' : 'otp');
  const navigate = useNavigate();
  const arrive = useArrive();

  const search = next ? { next } : {};
  const email = factor?.email ?? '';
  const outcome = useOutcome();
  const failed = (failure: Error) => {
    const note = signInOver(failure);
    const atField = failure instanceof ApiFailure && failure.code === 'wrong_code';
    outcome.fail(failure, atField || note !== undefined);
    if (note) void navigate({ to: '/sign-in', search, state: { note, email }, replace: true });
  };
  const verify = useMutation({
    mutationFn: (code: string) => verifyCode(kind, code),
    onMutate: outcome.begin,
    onSuccess: () => arrive(next),
    onError: failed,
  });
  const send = useMutation({
    mutationFn: sendCode,
    onMutate: outcome.begin,
    onSuccess: () => {
      verify.reset();
      outcome.succeed(t('factor.sent'));
    },
    onError: failed,
  });

  if (!factor) return <Navigate to="/sign-in" search={search} replace />;

  const back = { to: '/sign-in', search, state: { email } } as const;
  const closed = [verify.error, send.error].find(isClosed);
  if (closed)
    return (
      <DisabledPage
        name={closed.accountName}
        support={closed.support}
        leave={<Button onClick={() => navigate(back)}>{t('disabled.backToSignIn')}</Button>}
      />
    );

  const use = (other: CodeKind) => {
    verify.reset();
    send.reset();
    outcome.begin();
    setKind(other);
    if (other === 'otp') send.mutate();
  };
  const code = verify.error instanceof ApiFailure ? verify.error.code : undefined;
  const spent = code === 'code_expired';
  const toSignIn = t('disabled.backToSignIn');

  return (
    <CardPage title={t('factor.title')} sentence={spent ? undefined : t(sentences[kind])}>
      {!spent && (
        <CodeForm
          key={kind}
          label={t(kind === 'backup-code' ? 'factor.backupLabel' : 'common.code')}
          digits={kind !== 'backup-code'}
          error={code === 'wrong_code' ? t('failure.wrong_code') : undefined}
          pending={verify.isPending}
          submitLabel={t('signIn.submit')}
          onSubmit={verify.mutate}
        />
      )}
      {outcome.notice}
      {kind === 'otp' && !factor.codeSent && send.isIdle && !hasApp && (
        <Notice kind="bad">{t('factor.notSent')}</Notice>
      )}
      <div className="stack-tight">
        {kind === 'otp' && (
          <Button
            variant={spent ? 'filled' : 'subtle'}
            loading={send.isPending}
            onClick={() => send.mutate()}
          >
            {t('factor.sendNew')}
          </Button>
        )}
        {spent && kind !== 'otp' && (
          <Button variant="filled" onClick={() => navigate(back)}>
            {toSignIn}
          </Button>
        )}
        {hasApp && <OtherWays than={kind} spent={spent} use={use} />}
      </div>
      {(!spent || kind === 'otp') && (
        <Link {...back} className="small">
          {toSignIn}
        </Link>
      )}
    </CardPage>
  );
}

type OtherWaysProps = { than: CodeKind; spent: boolean; use: (kind: CodeKind) => void };

/** An app's codes and backup codes share their tries; a mailed code has its own. */
function OtherWays({ than, spent, use }: OtherWaysProps) {
  const { t } = useTranslation();
  const words = { totp: 'factor.useApp', otp: 'factor.useMail', 'backup-code': 'factor.useBackup' };
  const mailed = (kind: CodeKind) => kind === 'otp';
  const kinds = (['totp', 'otp', 'backup-code'] as const).filter(
    (kind) => kind !== than && !(spent && mailed(kind) === mailed(than)),
  );
  return kinds.map((kind) => (
    <Button key={kind} variant="subtle" onClick={() => use(kind)}>
      {t(words[kind])}
    </Button>
  ));
}
