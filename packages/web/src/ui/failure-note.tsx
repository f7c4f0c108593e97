import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CopyButton } from './copy-button.tsx';
import { Notice } from './notice.tsx';

/** What a failed call says of itself. */
type FailureShown = {
  code: string;
  requestId: string;
  addresses?: string[];
  retryAfterSeconds?: number;
};

/** Failures that people cannot mend: they get the id that support will ask for. */
const unexpected = new Set([
  'internal_error',
  'unavailable',
  'body_invalid',
  'body_too_large',
  'request_invalid',
  'method_not_allowed',
  'wrong_host',
  'origin_refused',
]);

export function FailureNote({ failure, retry }: { failure: Error | null; retry?: () => void }) {
  const { t, i18n } = useTranslation();
  if (!failure) return null;
  const shown: FailureShown = 'code' in failure ? (failure as never) : unknownFailure;
  const { code, requestId, addresses, retryAfterSeconds = 0 } = shown;
  const count = Math.max(1, Math.ceil(retryAfterSeconds / 60));
  const known = i18n.exists(`failure.${code}`, { count }) ? code : 'internal_error';
  return (
    <Notice kind="bad">
      <p>{t(`failure.${known}`, { count })}</p>
      {addresses?.map((address) => (
        <a key={address} href={address} dir="ltr" className="code">
          {address}
        </a>
      ))}
      {requestId && unexpected.has(known) && (
        <p className="request-id">
          {t('common.requestId')}{' '}
          <span dir="ltr" className="code">
            {requestId}
          </span>
          <CopyButton text={requestId} label={t('common.copy')} />
        </p>
      )}
      {retry && (
        <div>
          <Button variant="default" size="compact-md" mt={4} onClick={retry}>
            {t('common.tryAgain')}
          </Button>
        </div>
      )}
    </Notice>
  );
}

const unknownFailure: FailureShown = { code: 'internal_error', requestId: '' };
