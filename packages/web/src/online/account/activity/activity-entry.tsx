import type { ActivityLog } from '@switchboard/contract';
import { useTranslation } from 'react-i18next';
import { eventWord } from '../../../activity/activity-words.ts';
import { ChangeList } from '../../../activity/change-list.tsx';
import { Phrase } from '../../../ui/phrase.tsx';
import { Time } from '../../../ui/time.tsx';

type Entry = ActivityLog['entries'][number];

export function ActivityEntry({ entry, timeZone }: { entry: Entry; timeZone: string }) {
  const { type, changes } = entry;
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
      <ChangeList type={type} changes={changes} />
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
