import { useTranslation } from 'react-i18next';
import { knowsZone, type MomentOptions, moment } from '../locales/intl.ts';

const SUNDAY = Date.UTC(2026, 0, 4);
const DAY_MS = 86_400_000;
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

export const weekdayName = (day: string, language: string) =>
  moment(language, 'UTC', { weekday: 'long' })(new Date(SUNDAY + days.indexOf(day) * DAY_MS));

/**
 * Dates and times as people of the language write them, in one time zone; in UTC, and saying so,
 * where the browser does not know it.
 */
export function useTimes(timeZone: string | undefined) {
  const { language } = useTranslation().i18n;
  const known = timeZone === undefined || knowsZone(timeZone);
  const zone = known ? timeZone : 'UTC';
  const format = (options: MomentOptions) => (at: Date) => {
    const written = moment(language, zone, options)(at);
    return known || options.timeStyle === 'long' ? written : `${written} (UTC)`;
  };
  return {
    /** False: what is told is in UTC. */
    known,
    clock: format({ timeStyle: 'short' }),
    short: format({ dateStyle: 'medium', timeStyle: 'short' }),
    day: format({ dateStyle: 'full' }),
    date: format({ dateStyle: 'medium' }),
    exact: format({ dateStyle: 'full', timeStyle: 'long' }),
  };
}

type Props = {
  at: Date;
  /** Undefined: the browser's own. */
  timeZone?: string | undefined;
  show?: 'short' | 'date' | 'clock';
};

/** A moment; the exact time and its zone on hover. */
export function Time({ at, timeZone, show = 'short' }: Props) {
  const times = useTimes(timeZone);
  return (
    <time dateTime={at.toISOString()} title={times.exact(at)} data-show={show}>
      {times[show](at)}
    </time>
  );
}
