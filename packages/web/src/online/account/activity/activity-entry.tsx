import type { ActivityLog } from '@switchboard/contract';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../../ui/icons.tsx';
import { Phrase } from '../../../ui/phrase.tsx';
import { Time, weekdayName } from '../../../ui/time.tsx';
import { type Change, changesOf, eventWord, wordOf } from './activity-words.ts';

type Entry = ActivityLog['entries'][number];

export function ActivityEntry({ entry, timeZone }: { entry: Entry; timeZone: string }) {
  const { t } = useTranslation();
  const { type, changes } = entry;
  const lines = changesOf(type, changes, t('settings.hours.nextDay'));
  return (
    <li>
      <p className="activity-what">
        <Phrase of={eventWord(type)} parts={{ agent: <Named key="agent" entry={entry} /> }} />
      </p>
      <span className="muted small">
        <Time at={new Date(entry.at)} timeZone={timeZone} show="clock" />
      </span>
      <p className="activity-who muted small">
        <Actor actor={entry.actor} />
      </p>
      {lines.length > 0 && (
        <dl className="activity-changes">
          {lines.map((change) => (
            <ChangeLine key={change.key + (change.day ?? '')} change={change} />
          ))}
        </dl>
      )}
    </li>
  );
}

/** The agent whom it is about; of somebody who is there no more, the address too. */
function Named({ entry: { type, agent, changes } }: { entry: Entry }) {
  const { t } = useTranslation();
  const email = type === 'agent.removed' ? changes.email?.from : undefined;
  return (
    <>
      {agent ? <bdi>{agent}</bdi> : t('activity.someone')}
      {typeof email === 'string' && (
        <span className="muted activity-address">
          {' '}
          <bdi dir="ltr">{email}</bdi>
        </span>
      )}
    </>
  );
}

function Actor({ actor: { kind, name, role } }: { actor: Entry['actor'] }) {
  const { t } = useTranslation();
  const what = kind === 'agent' ? role && t(`role.${role}`) : t(`actor.${kind}`);
  if (!name) return what ?? t('activity.someone');
  return (
    <>
      <bdi>{name}</bdi>
      {what && ` · ${what}`}
    </>
  );
}

function ChangeLine({ change: { key, day, from, to } }: { change: Change }) {
  const { t, i18n } = useTranslation();
  return (
    <>
      <dt>
        {i18n.exists(`change.${key}`) ? t(`change.${key}`) : t('change.other')}
        {day && ` · ${weekdayName(day, i18n.language)}`}
      </dt>
      <dd>
        {from !== null && from !== undefined && (
          <>
            <del>
              <Value of={key} value={from} />
            </del>
            <Icon name="arrow" />
          </>
        )}
        <ins>
          <Value of={key} value={to} />
        </ins>
      </dd>
    </>
  );
}

const codeLike = new Set(['builder_url', 'reference', 'time_zone']);
const leftToRight = new Set(['business_hours', 'support_email', 'email']);

function Value({ of, value }: { of: string; value: unknown }) {
  const { t } = useTranslation();
  const word = wordOf(of, value);
  if (word) return t(word);
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  if (codeLike.has(of) || typeof value === 'object')
    return (
      <span dir="ltr" className="code">
        {text}
      </span>
    );
  return <bdi dir={leftToRight.has(of) ? 'ltr' : undefined}>{text}</bdi>;
}
