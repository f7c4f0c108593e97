import { useTranslation } from 'react-i18next';
import { type Changes, eventWord } from '../../../activity/activity-words.ts';
import { ChangeList } from '../../../activity/change-list.tsx';
import { Phrase } from '../../../ui/phrase.tsx';
import { Time } from '../../../ui/time.tsx';
import type { Entry } from '../account-calls.ts';
import { ReasonText } from '../switch/reason-text.tsx';
import { ActorName } from './actor-name.tsx';

/** What happened, who did it, each value before and after, and the request to ask about. */
export function ActivityLine({ entry }: { entry: Entry }) {
  const { t, i18n } = useTranslation();
  const { type, timestamp, actor, subject, changes, status_reason, request_id } = entry;
  const word = eventWord(type);
  const agent = subject?.name ? (
    <bdi key="agent">{subject.name}</bdi>
  ) : (
    <span key="agent">{t('activity.someone')}</span>
  );
  return (
    <li className="activity-line">
      <p className="line-name">
        {i18n.exists(word) ? <Phrase of={word} parts={{ agent }} /> : <bdi dir="ltr">{type}</bdi>}
      </p>
      <span className="muted small">
        <Time at={new Date(timestamp)} />
      </span>
      <p className="muted small">
        <ActorName actor={actor} />
        {request_id && (
          <>
            {' '}
            <span className="activity-request" title={t('common.requestId')}>
              <span className="unseen">{t('common.requestId')} </span>
              <span dir="ltr" className="code">
                {request_id}
              </span>
            </span>
          </>
        )}
      </p>
      {status_reason && (
        <p className="small">
          <ReasonText reason={status_reason} />
        </p>
      )}
      <ChangeList type={type} changes={changes as Changes} />
    </li>
  );
}
