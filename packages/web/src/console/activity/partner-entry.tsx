import { Link } from '@tanstack/react-router';
import { Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Changes } from '../../activity/activity-words.ts';
import { ChangeList } from '../../activity/change-list.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Icon } from '../../ui/icons.tsx';
import { Time } from '../../ui/time.tsx';
import { ReasonText } from '../account/switch/reason-text.tsx';
import type { PartnerEvent } from './activity-list.ts';
import type { PartnerActivitySearch } from './activity-search.ts';
import { EventSentence } from './event-sentence.tsx';

type Props = { event: PartnerEvent & { at?: string }; search: PartnerActivitySearch };

/** One line: who did what; opened, what changed, from where, and the event as the API has it. */
export function PartnerEntry({ event: { at: _, ...event }, search }: Props) {
  // Its raw text is long: only who opens a line waits for it.
  const [opened, setOpened] = useState(false);
  return (
    <li>
      <details onToggle={({ currentTarget }) => setOpened(currentTarget.open)}>
        <summary>
          <span className="activity-what">
            <EventSentence event={event} />
          </span>
          <span className="muted">
            <Time at={new Date(event.timestamp)} show="clock" />
          </span>
          <Icon name="down" />
        </summary>
        {opened && <Details event={event} search={search} />}
      </details>
    </li>
  );
}

function Details({ event, search }: { event: PartnerEvent; search: PartnerActivitySearch }) {
  const { t } = useTranslation();
  const raw = JSON.stringify(event, null, 2);
  return (
    <div className="activity-details">
      <Facts event={event} />
      <ChangeList type={event.type} changes={event.changes as Changes} />
      <p className="row">
        <Ways event={event} search={search} />
      </p>
      <section aria-label={t('partnerActivity.raw')}>
        <div className="activity-raw-head">
          <span className="muted small" aria-hidden="true">
            {t('partnerActivity.raw')}
          </span>
          <CopyButton text={raw} label={t('common.copy')} about={t('partnerActivity.copyRaw')} />
        </div>
        {/* Wide text scrolls within it: then it is reached by keyboard, too. */}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls. */}
        <pre dir="ltr" className="code activity-raw" tabIndex={0}>
          {raw}
        </pre>
      </section>
    </div>
  );
}

function Facts({ event }: { event: PartnerEvent }) {
  const { t } = useTranslation();
  const { actor, status_reason: reason, address, request_id: requestId } = event;
  const facts = [
    ['by', t(`partnerActivity.actorKind.${actor.kind}`)],
    [
      'reason',
      reason && (
        <span>
          <ReasonText reason={reason} />
        </span>
      ),
    ],
    ['address', address && <Code text={address} />],
    ['requestId', requestId && <Code text={requestId} />],
  ] as const;
  return (
    <dl className="activity-changes">
      {facts.map(
        ([name, value]) =>
          value && (
            <Fragment key={name}>
              <dt>{t(`partnerActivity.fact.${name}`)}</dt>
              <dd>{value}</dd>
            </Fragment>
          ),
      )}
    </dl>
  );
}

const Code = ({ text }: { text: string }) => (
  <span dir="ltr" className="code">
    {text}
  </span>
);

/** On from here: the account, and what else happened to it or was done by the same. */
function Ways({ event, search }: { event: PartnerEvent; search: PartnerActivitySearch }) {
  const { t } = useTranslation();
  const { account_id: account, server, actor } = event;
  const ofAccount = account !== null && server !== null;
  const one = onlyBy(actor.kind, ofAccount);
  const at = { from: '/p/$partner/activity', to: '.' } as const;
  return (
    <>
      {ofAccount && (
        <>
          <Link
            from="/p/$partner/activity"
            to="/p/$partner/accounts/$server/$accountId"
            params={{ server, accountId: String(account) }}
          >
            {t('partnerActivity.openAccount')}
          </Link>
          <Link {...at} search={{ ...search, account, server }}>
            {t('partnerActivity.onlyAccount')}
          </Link>
        </>
      )}
      {one && (
        <Link
          {...at}
          search={{
            ...search,
            actor: actor.id,
            ...(one === 'agent' && ofAccount ? { account, server } : {}),
          }}
        >
          {t(`partnerActivity.onlyActor.${one}`)}
        </Link>
      )}
    </>
  );
}

/** Whose doings can be looked for; an agent is known only within an account. */
function onlyBy(kind: PartnerEvent['actor']['kind'], ofAccount: boolean) {
  if (kind === 'credential' || kind === 'person') return kind;
  return kind === 'agent' && ofAccount ? kind : undefined;
}
