import { useMutation } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { encode } from 'uqr';
import { verifyCode } from '../../api/identity.ts';
import { ApiFailure } from '../../api/request.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { CodeForm } from '../code-form.tsx';

const atField = new Set(['wrong_code', 'code_expired']);

/** The QR code and its secret for an authenticator app, and the first code that proves it. */
export function ConfirmApp({ totpURI, onDone }: { totpURI: string; onDone: () => void }) {
  const { t } = useTranslation();
  const secret = new URL(totpURI).searchParams.get('secret') ?? '';
  const confirm = useMutation({
    mutationFn: (code: string) => verifyCode('totp', code),
    onSuccess: onDone,
  });
  const code = confirm.error instanceof ApiFailure ? confirm.error.code : '';
  return (
    <div className="stack">
      <p>{t('secondFactor.scan')}</p>
      <QrCode text={totpURI} label={t('secondFactor.qr')} />
      <div className="row">
        <span className="small muted">{t('secondFactor.secret')}</span>
        <span dir="ltr" className="code secret">
          {secret.replace(/.{4}(?=.)/g, '$& ')}
        </span>
        <CopyButton text={secret} label={t('common.copy')} />
      </div>
      <CodeForm
        label={t('common.code')}
        digits
        error={atField.has(code) ? t(`failure.${code}`) : undefined}
        pending={confirm.isPending}
        submitLabel={t('secondFactor.confirm')}
        onSubmit={confirm.mutate}
      />
      {!atField.has(code) && <FailureNote failure={confirm.error} />}
    </div>
  );
}

/** Dark on light whatever the colour scheme: cameras want it so. */
function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => {
    const { data, size } = encode(text, { border: 0 });
    const squares = data.flatMap((row, y) =>
      row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')),
    );
    return { size, path: squares.join('') };
  }, [text]);
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <path d={path} />
    </svg>
  );
}
