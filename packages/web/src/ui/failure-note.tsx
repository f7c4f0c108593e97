import { Button } from '@mantine/core';
import type { i18n, TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { CopyButton } from './copy-button.tsx';
import { Notice } from './notice.tsx';

/** What a failed call says of itself. */
type FailureShown = {
  code: string;
  requestId: string;
  addresses?: string[];
  retryAfterSeconds?: number;
  message?: string;
  /** Where its words are, if not with the failures: without any there, its message is told. */
  words?: 'reason';
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
  const { code, requestId, addresses, message, words } = shown;
  const told = wordsOf(shown, t, i18n);
  return (
    <Notice kind="bad">
      <p>{told ?? (words ? <bdi dir="ltr">{message}</bdi> : t('failure.internal_error'))}</p>
      {addresses?.map((address) => (
        <a key={address} href={address} dir="ltr" className="code">
          {address}
        </a>
      ))}
      {requestId && (told === undefined || unexpected.has(code)) && (
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
          <Button variant="default" size="compact-sm" mt={4} onClick={retry}>
            {t('common.tryAgain')}
          </Button>
        </div>
      )}
    </Notice>
  );
}

const unknownFailure: FailureShown = { code: 'internal_error', requestId: '' };

/** In the language of the page; undefined for a code that has no words there. */
function wordsOf(
  { code, words, retryAfterSeconds = 0 }: FailureShown,
  t: TFunction,
  i18n: i18n,
): string | undefined {
  const count = Math.max(1, Math.ceil(retryAfterSeconds / 60));
  const places = [...(words ? [words] : []), 'failure'];
  const key = places.map((place) => `${place}.${code}`).find((k) => i18n.exists(k, { count }));
  return key && t(key, { count });
}
