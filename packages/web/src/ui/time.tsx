import { useTranslation } from 'react-i18next';

const SUNDAY = Date.UTC(2026, 0, 4);
const DAY_MS = 86_400_000;
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** The browser's own flavour of the language shown (en-GB, he-IL), where it has one. */
const localeOf = (language: string) =>
  navigator.languages.find((wish) => wish.split('-')[0] === language) ?? language;

export const weekdayName = (day: string, language: string) =>
  new Intl.DateTimeFormat(localeOf(language), { weekday: 'long', timeZone: 'UTC' }).format(
    SUNDAY + days.indexOf(day) * DAY_MS,
  );

/** Dates and times as people of the language write them, in one time zone. */
export function useTimes(timeZone: string | undefined) {
  const locale = localeOf(useTranslation().i18n.language);
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, ...(timeZone ? { timeZone } : {}) });
  return {
    clock: (at: Date) => format({ timeStyle: 'short' }).format(at),
    short: (at: Date) => format({ dateStyle: 'medium', timeStyle: 'short' }).format(at),
    day: (at: Date) => format({ dateStyle: 'full' }).format(at),
    date: (at: Date) => format({ dateStyle: 'medium' }).format(at),
    exact: (at: Date) => format({ dateStyle: 'full', timeStyle: 'long' }).format(at),
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
    <time dateTime={at.toISOString()} title={times.exact(at)}>
      {times[show](at)}
    </time>
  );
}
