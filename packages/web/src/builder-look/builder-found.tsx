import type { BuilderCheck } from '@switchboard/contract';
import { useTranslation } from 'react-i18next';
import { Icon, type IconName } from '../ui/icons.tsx';
import { Phrase } from '../ui/phrase.tsx';
import { Time, useTimes } from '../ui/time.tsx';
import './builder-found.css';

/** Days before its end from which a certificate is spoken of. */
const SOON_DAYS = 14;

type Said = { icon: IconName; tone: string; sentence: string; advice?: string };

type Props = {
  check: BuilderCheck;
  /** Undefined: the browser's own. */
  timeZone?: string;
  /** Says to whom an agent turns. */
  advises?: boolean;
};

/** How a builder was found when it was last looked at. */
export function BuilderFound({ check, timeZone, advises = false }: Props) {
  const { t } = useTranslation();
  const { icon, tone, sentence, advice } = useWords(check, timeZone);
  return (
    <>
      <p className={`builder-found ${tone}`}>
        <Icon name={icon} />
        <span>{sentence}</span>
      </p>
      {advises && advice && <p className="small muted">{t(`builder.check.advice.${advice}`)}</p>}
      {check.at && check.state !== 'not_checked' && (
        <p className="small muted">
          <Phrase
            of="builder.check.at"
            parts={{ time: <Time key="time" at={new Date(check.at)} timeZone={timeZone} /> }}
          />
        </p>
      )}
    </>
  );
}

function useWords({ state, at, tls_days }: BuilderCheck, timeZone: string | undefined): Said {
  const { t } = useTranslation();
  const { date } = useTimes(timeZone);
  const said = (key: string, values = {}) => t(`builder.check.${key}`, values);
  if (state === 'not_checked')
    return { icon: 'clock', tone: 'muted', sentence: said(at ? 'not_checked' : 'never') };
  if (state !== 'ok')
    return { icon: 'warning', tone: 'is-off', sentence: said(state), advice: state };
  if (tls_days !== undefined && tls_days <= SOON_DAYS) {
    const key = tls_days < 1 ? 'certificateToday' : 'certificate';
    const sentence = said(key, { count: tls_days });
    return { icon: 'warning', tone: 'is-wait', sentence, advice: 'certificate' };
  }
  const on = date(new Date(at ?? ''));
  const sentence = on === date(new Date()) ? said('okToday') : said('okOn', { date: on });
  return { icon: 'check', tone: 'is-on', sentence };
}
