import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { FailureNote } from '../../../ui/failure-note.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { Phrase } from '../../../ui/phrase.tsx';
import { Time } from '../../../ui/time.tsx';
import { useMember } from '../../member.ts';
import { type Account, type Entry, lastSwitchesQuery, useAccountChange } from '../account-calls.ts';
import { ActorName } from '../cards/actor-name.tsx';
import { ReasonText } from './reason-text.tsx';
import type { OnReceipt } from './receipt.tsx';

type Props = { account: Account; onReceipt: OnReceipt };

/** While the account is off: since when, who did it and why, and the way back on; held, whom to ask. */
export function OffBanner({ account, onReceipt }: Props) {
  const { t } = useTranslation();
  const { partner, changes } = useMember();
  const change = useAccountChange(account);
  const { data } = useQuery(lastSwitchesQuery(partner, account));
  const { held } = account;
  const last = data?.list.find(({ type }) => type === 'account.suspended');
  if (held) return <HeldNotice held={held} />;
  const switchOn = () =>
    change.mutate(
      { change: { account_status: 1 }, revision: account.revision },
      {
        onSuccess: ({ changed: { revision }, requestId }) => {
          const why = last?.status_reason ? { status_reason: last.status_reason } : {};
          onReceipt({ kind: 'on', revision, requestId, previous: { account_status: 0, ...why } });
        },
      },
    );
  return (
    <>
      <Notice kind="bad">
        <div className="off-banner">
          <div>
            <p>
              <strong>{t('disabled.title')}</strong>
            </p>
            <p>{t('disabled.sentence')}</p>
            {last && <Switched entry={last} />}
          </div>
          {changes && (
            <Button variant="filled" loading={change.isPending} onClick={switchOn}>
              {t('console.account.switchOn')}
            </Button>
          )}
        </div>
      </Notice>
      <FailureNote failure={change.error} />
    </>
  );
}

function Switched({ entry: { timestamp, actor, status_reason } }: { entry: Entry }) {
  return (
    <>
      <p>
        <Phrase
          of="console.account.off.by"
          parts={{
            time: <Time key="time" at={new Date(timestamp)} />,
            actor: <ActorName key="actor" actor={actor} />,
          }}
        />
      </p>
      {status_reason && (
        <p>
          <Phrase
            of="console.account.off.why"
            parts={{ reason: <ReasonText key="reason" reason={status_reason} /> }}
          />
        </p>
      )}
    </>
  );
}

function HeldNotice({ held: { reason, since } }: { held: NonNullable<Account['held']> }) {
  const { t } = useTranslation();
  return (
    <Notice kind="bad">
      <p>
        <strong>{t('console.account.held.title')}</strong>
      </p>
      <p>
        <Phrase
          of="console.account.held.since"
          parts={{ time: <Time key="time" at={new Date(since)} /> }}
        />
      </p>
      <p>
        <Phrase of="console.account.off.why" parts={{ reason: <bdi key="reason">{reason}</bdi> }} />
      </p>
      <p>{t('console.account.held.ask')}</p>
    </Notice>
  );
}
