/** What a change came to: what was cut, the request, and the way back. */
import { Button, CloseButton } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { FailureNote } from '../../../ui/failure-note.tsx';
import { Notice } from '../../../ui/notice.tsx';
import {
  type Account,
  type Change,
  type Changed,
  isStale,
  useAccountChange,
} from '../account-calls.ts';

export type Receipt = {
  kind: 'saved' | 'on' | 'off' | 'undone' | 'undone_on' | 'undone_off';
  /** The account's after the change. */
  revision: number;
  requestId: string;
  /** What was cut, where it was switched off. */
  cut?: (Changed['suspended'] & { people?: number }) | undefined;
  /** The exact values before, where there is a way back. */
  previous?: Change;
};

export type OnReceipt = (receipt: Receipt | undefined) => void;

type Props = { of: Receipt; account: Account; onReceipt: OnReceipt };

export function ReceiptNotice({ of, account, onReceipt }: Props) {
  const { t } = useTranslation();
  const { kind, requestId, previous, cut } = of;
  const undo = useAccountChange(account);
  const takeBack = (change: Change) =>
    undo.mutate(
      { change, revision: of.revision },
      {
        onSuccess: ({ changed, requestId: id }) =>
          onReceipt({
            kind: kind === 'off' || kind === 'on' ? `undone_${kind}` : 'undone',
            revision: changed.revision,
            requestId: id,
            cut: changed.suspended,
          }),
      },
    );
  const stale = isStale(undo.error);
  return (
    <div className="stack">
      <Notice kind="good">
        <div className="receipt">
          <div>
            <p>{t(`console.account.receipt.${kind}`)}</p>
            {cut && <p>{cutWords(cut, t)}</p>}
            {previous && !stale && (kind === 'off' || kind === 'on') && (
              <p className="muted">{t(`console.account.receipt.undo_${kind}`)}</p>
            )}
            {requestId && (
              <p className="request-id">
                {t('common.requestId')}{' '}
                <span dir="ltr" className="code">
                  {requestId}
                </span>
                <CopyButton text={requestId} label={t('common.copy')} />
              </p>
            )}
          </div>
          {previous && !stale && (
            <Button
              variant="default"
              size="compact-sm"
              loading={undo.isPending}
              onClick={() => takeBack(previous)}
            >
              {t('console.account.undo')}
            </Button>
          )}
          <CloseButton aria-label={t('common.close')} onClick={() => onReceipt(undefined)} />
        </div>
      </Notice>
      {stale ? (
        <Notice kind="bad">
          {t('console.account.receipt.stale')}
          {kind === 'off' && ` ${t('console.account.receipt.cutStays')}`}
        </Notice>
      ) : (
        <FailureNote failure={undo.error} />
      )}
    </div>
  );
}

/** `2 people were signed out, 1 login link stopped working.` */
function cutWords(cut: NonNullable<Receipt['cut']>, t: TFunction): string {
  const { people, sessions_ended, login_links_voided } = cut;
  const out =
    people === 0
      ? t('console.account.cut.nobody')
      : people === undefined
        ? t('console.account.cut.sessions', { count: sessions_ended })
        : t('console.account.cut.people', { count: people });
  if (login_links_voided === 0) return out;
  return `${out} ${t('console.account.cut.links', { count: login_links_voided })}`;
}
