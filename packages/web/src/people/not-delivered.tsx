import type { NotDelivered as Failed } from '@switchboard/contract';
import { useTranslation } from 'react-i18next';
import { Icon } from '../ui/icons.tsx';
import { Phrase } from '../ui/phrase.tsx';
import { Time } from '../ui/time.tsx';

type Props = {
  failed: Failed;
  /** Undefined: the browser's own. */
  timeZone?: string;
};

/** Why a mail has not arrived: in the words of the mail server, where it said something. */
export function NotDelivered({ failed, timeZone }: Props) {
  const { t } = useTranslation();
  const { why, answer, next_try_time: next } = failed;
  const reason = answer ? (
    <bdi key="reason" dir="ltr">
      {answer}
    </bdi>
  ) : (
    t(`notDelivered.why.${why}`)
  );
  return (
    <p className={`not-delivered ${next === null ? 'is-off' : 'is-wait'}`}>
      <Icon name={next === null ? 'warning' : 'clock'} />
      <span>
        {next === null ? (
          <Phrase of="notDelivered.failed" parts={{ reason }} />
        ) : (
          <Phrase
            of="notDelivered.delayed"
            parts={{
              reason,
              time: <Time key="time" at={new Date(next * 1000)} timeZone={timeZone} />,
            }}
          />
        )}
      </span>
    </p>
  );
}
