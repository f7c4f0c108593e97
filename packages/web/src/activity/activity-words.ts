/** How a value in the log is said. Words: `locales`, `event` and `change`. */
import { weekdays } from '@switchboard/contract';
import { spansIn, spanText } from './hours-words.ts';

export const changedKeys = [
  'account_name',
  'account_status',
  'builder_url',
  'agents',
  'inboxes',
  'reference',
  'held',
  'language',
  'time_zone',
  'business_hours',
  'support_email',
  'role',
  'email',
  'name',
  'mode',
  'old_secret_expires',
  'previous_until',
  'url',
  'support_name',
  'support_url',
  'requires_second_factor',
] as const;

/** Dots separate levels in i18next. */
export const eventWord = (type: string) => `event.${type.replaceAll('.', '_')}`;

/** In the activity of a partner, where sentences name the account and whoever did it. */
export const partnerEventWord = (type: string) => `partnerEvent.${type.replaceAll('.', '_')}`;

export type Change = { key: string; day?: string; from: unknown; to: unknown };

export type Changes = Record<string, { from: unknown; to: unknown }>;

/** What the sentence of the event says already. */
const said: Record<string, string[]> = {
  'account.created': ['account_status'],
  'account.suspended': ['account_status'],
  'account.resumed': ['account_status'],
  'credential.created': ['name'],
  'member.invited': ['name'],
  'member.removed': ['name'],
  'agent.removed': ['name', 'display_name', 'email', 'role'],
};

/**
 * What changed, beside what the event's sentence says; of hours the days that did not stay.
 *
 * @param nextDay the word for hours that go on after midnight
 */
export function changesOf(type: string, changes: Changes, nextDay: string): Change[] {
  const told = Object.entries(changes).filter(([key]) => !said[type]?.includes(key));
  return told.flatMap(([key, { from, to }]) => {
    if (key !== 'business_hours') return [{ key, from, to }];
    const [before, after] = [hours(from, nextDay), hours(to, nextDay)];
    // In the order of the week: PostgreSQL keeps keys in one of its own.
    return weekdays
      .map((day) => ({ key, day, from: before[day] ?? 'closed', to: after[day] ?? 'closed' }))
      .filter((change) => change.from !== change.to);
  });
}

/** What each open day says; a day may have several spans. */
function hours(value: unknown, nextDay: string): Record<string, string> {
  const open = Object.entries((value ?? {}) as Record<string, unknown>)
    .map(([name, day]) => [name, spansIn(day)] as const)
    .filter(([, spans]) => spans.length > 0);
  return Object.fromEntries(
    open.map(([name, spans]) => [name, spans.map((span) => spanText(span, nextDay)).join(', ')]),
  );
}

/** A value that has a word of its own, as a key of the locales. */
export function wordOf(key: string, value: unknown): string | undefined {
  if (value === '' || value === null || value === undefined) return 'common.none';
  if (key === 'account_status') return value === 1 ? 'status.active' : 'status.disabled';
  if (key === 'role' && (value === 'administrator' || value === 'agent')) return `role.${value}`;
  if (key === 'role' && (value === 'operator' || value === 'viewer')) return `memberRole.${value}`;
  if (key === 'mode' && (value === 'strict' || value === 'original'))
    return `credentials.modes.${value}`;
  if (key === 'requires_second_factor') return `partnerProfile.factor.${value === true}`;
  if (key === 'language' && (value === 'en' || value === 'he')) return `language.${value}`;
  if (key === 'business_hours' && value === 'closed') return 'settings.closed';
  return undefined;
}

/** The entries of each day together, in the order in which they come. */
export function byDay<E>(entries: readonly E[], dayOf: (entry: E) => string): [string, E[]][] {
  return [...Map.groupBy(entries, dayOf)];
}
