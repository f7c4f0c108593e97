/** Time zones as people look for them: by city, with the offset of now. */
import { byName, listZones, offsetOf } from './intl.ts';
import type { Language } from './language.ts';

/** Of a zone the name of its city, where it is not the end of the zone's own name. */
export type Cities = Readonly<Record<string, string>>;

const names = { en: () => import('./cities/en.json'), he: () => import('./cities/he.json') };

export const loadCities = async (language: Language): Promise<Cities> =>
  (await names[language]()).default;

/** `Jerusalem (GMT+2)`; without the offset where the browser does not know the zone. */
export function zoneLabel(zone: string, cities: Cities, at: Date): string {
  const offset = offsetOf(zone, at);
  const city = cities[zone] ?? ownCity(zone);
  return offset === undefined ? city : `${city} (${offset})`;
}

/** Every zone that the browser knows, and `present`: from west to east, by city where it is as late. */
export function zoneChoices(present: string, cities: Cities, language: Language, at: Date) {
  const compare = byName(language);
  return [...new Set([present, 'UTC', ...listZones()])]
    .map((zone) => ({
      value: zone,
      label: zoneLabel(zone, cities, at),
      minutes: minutesOf(offsetOf(zone, at)),
    }))
    .sort((a, b) => a.minutes - b.minutes || compare(a.label, b.label));
}

/** Whether a zone is what somebody types: its city as shown or in English, or the zone's own name. */
export function isZoneLike(
  typed: string,
  { value, label }: { value: string; label: string },
  english: Cities,
): boolean {
  const wanted = bare(typed);
  return [label, value, english[value] ?? ''].some((name) => bare(name).includes(wanted));
}

const ownCity = (zone: string): string =>
  zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ');

/** Without what people leave out: case, accents, the signs between words. */
const bare = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[\p{M}\s_'’"״׳.,()]/gu, '')
    .toLowerCase();

function minutesOf(offset: string | undefined): number {
  const [, sign, hours, minutes] = /^GMT([+-])(\d+)(?::(\d+))?/.exec(offset ?? '') ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
}
