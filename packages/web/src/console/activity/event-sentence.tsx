import { useTranslation } from 'react-i18next';
import { partnerEventWord } from '../../activity/activity-words.ts';
import { Phrase } from '../../ui/phrase.tsx';
import type { PartnerEvent } from './activity-list.ts';

/** Who did what to what, in one sentence. */
export function EventSentence({ event }: { event: PartnerEvent }) {
  const { t, i18n } = useTranslation();
  const { type, account_id: id, account_name: account } = event;
  const word = partnerEventWord(type);
  const parts = {
    actor: <ActorName key="actor" of={event.actor} />,
    account: account ? (
      <bdi key="account">{account}</bdi>
    ) : (
      t('partnerActivity.accountNumber', { id: id ?? '' })
    ),
    subject: <SubjectName key="subject" event={event} />,
  };
  if (!i18n.exists(word))
    return (
      <Phrase of="partnerEvent.other" parts={{ ...parts, type: <bdi key="type">{type}</bdi> }} />
    );
  return <Phrase of={word} parts={parts} />;
}

/** What it is called now; of a credential without a name what it is known by. */
function SubjectName({ event: { type, subject } }: { event: PartnerEvent }) {
  const { t } = useTranslation();
  if (subject?.name) return <bdi>{subject.name}</bdi>;
  if (!subject || !type.startsWith('credential.')) return t('activity.someone');
  return (
    <span dir="ltr" className="code">
      {subject.id}
    </span>
  );
}

/** What a person is called, else what a program is known by; the system has no name. */
function ActorName({ of: { kind, id, name } }: { of: PartnerEvent['actor'] }) {
  const { t } = useTranslation();
  if (kind === 'system' || kind === 'operator') return t(`partnerActivity.actor.${kind}`);
  if (name) return <bdi>{name}</bdi>;
  if (kind !== 'credential') return t('activity.someone');
  return (
    <span dir="ltr" className="code">
      {id}
    </span>
  );
}
