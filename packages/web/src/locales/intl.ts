/**
 * The one place that calls `Intl`. What a browser says of itself may be no locale (`en-US@posix`),
 * and it may not know a zone that others do: nothing here throws for either.
 */

/** Where the browser's flavour of a language (en-GB, he-IL) is one that it knows, that; else the language. */
function localeOf(language: string): string {
  const wishes = navigator.languages ?? [];
  return wishes.find((wish) => wish.split('-')[0] === language && isLocale(wish)) ?? language;
}

const isLocale = (name: string): boolean =>
  attempt(() => Intl.DateTimeFormat.supportedLocalesOf(name).length > 0) ?? false;

/** Whether this browser can tell the time there. */
export const knowsZone = (timeZone: string): boolean =>
  attempt(() => new Intl.DateTimeFormat('en', { timeZone })) !== undefined;

export type MomentOptions = Pick<
  Intl.DateTimeFormatOptions,
  'dateStyle' | 'timeStyle' | 'weekday' | 'year' | 'month' | 'day'
>;

/** @param timeZone one that is known; undefined for the browser's own */
export function moment(
  language: string,
  timeZone: string | undefined,
  options: MomentOptions,
): (at: Date) => string {
  const format = new Intl.DateTimeFormat(localeOf(language), {
    ...options,
    ...(timeZone === undefined ? {} : { timeZone }),
  });
  return (at) => format.format(at);
}

/** Every zone that this browser has a name for. */
export const listZones = (): string[] => attempt(() => Intl.supportedValuesOf('timeZone')) ?? [];

/** `GMT+2`, at a moment; undefined where the zone is not known. */
export const offsetOf = (timeZone: string, at: Date): string | undefined =>
  attempt(() =>
    new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'shortOffset' })
      .formatToParts(at)
      .find(({ type }) => type === 'timeZoneName'),
  )?.value;

/** How two names are ordered in a language. */
export const byName = (language: string): ((a: string, b: string) => number) =>
  new Intl.Collator(localeOf(language)).compare;

/** How a number is written in a language: 12,345. */
export const numberIn = (language: string): ((value: number) => string) =>
  new Intl.NumberFormat(localeOf(language)).format;

function attempt<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
