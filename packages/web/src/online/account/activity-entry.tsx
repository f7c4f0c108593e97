import type { ActivityLog } from '@switchboard/contract';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../ui/icons.tsx';
import { Phrase } from '../../ui/phrase.tsx';
import { Time, weekdayName } from '../../ui/time.tsx';
import { type Change, changesOf, eventWord, wordOf } from './activity-words.ts';

type Entry = ActivityLog['entries'][number];

export function ActivityEntry({ entry, timeZone }: { entry: Entry; timeZone: string }) {
  const { t, i18n } = useTranslation();
  const { type, actor, agent } = entry;
  const known = i18n.exists(eventWord(type));
  const changes = changesOf(entry.changes);
  const named = agent ? <bdi key="agent">{agent}</bdi> : t('activity.someone');
  return (
    <li>
      <p className="activity-what">
        {known ? (
          <Phrase of={eventWord(type)} parts={{ agent: named }} />
        ) : (
          <span dir="ltr" className="code">
            {type}
          </span>
        )}
      </p>
      <span className="muted small">
        <Time at={new Date(entry.at)} timeZone={timeZone} />
      </span>
      <p className="activity-who muted small">
        {actor.name ? (
          <>
            <bdi>{actor.name}</bdi> · {t(`actor.${actor.kind}`)}
          </>
        ) : (
          t(`actor.${actor.kind}`)
        )}
      </p>
      {changes.length > 0 && (
        <dl className="activity-changes">
          {changes.map((change) => (
            <ChangeLine key={change.key + (change.day ?? '')} change={change} />
          ))}
        </dl>
      )}
    </li>
  );
}

function ChangeLine({ change }: { change: Change }) {
  const { t, i18n } = useTranslation();
  const { key, day, from, to } = change;
  const label = i18n.exists(`change.${key}`) ? t(`change.${key}`) : undefined;
  return (
    <>
      <dt>
        {label ?? (
          <span dir="ltr" className="code">
            {key}
          </span>
        )}
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

const codeLike = new Set(['builder_url', 'reference', 'time_zone', 'support_email', 'email']);

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
  return <bdi dir={of === 'business_hours' ? 'ltr' : undefined}>{text}</bdi>;
}
