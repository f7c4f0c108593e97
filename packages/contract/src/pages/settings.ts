/** An account's own settings, which its administrators change. */
import { z } from 'zod';
import * as field from '../fields.ts';
import { accountId, pageCall } from '../page-call.ts';
import { language } from '../people.ts';

export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof weekdays)[number];

const timeZone = z.string().refine(isTimeZone, { error: 'is not an IANA time zone' });

/** `HH:MM`, 00:00 to 24:00. */
const clock = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/);

const openHours = z
  .strictObject({ open: clock, close: clock })
  .refine(({ open, close }) => open < close, { error: 'closes before it opens' });

/** Per weekday the hours that the business is open; null is closed. */
const businessHours = z.strictObject(
  Object.fromEntries(weekdays.map((day) => [day, openHours.nullable()])) as Record<
    Weekday,
    z.ZodNullable<typeof openHours>
  >,
);
export type BusinessHours = z.output<typeof businessHours>;

const supportEmail = z.union([z.literal(''), field.email(100)]);

const settingsShape = {
  language,
  time_zone: timeZone,
  business_hours: businessHours,
  support_email: supportEmail,
};

/** An account's settings, as its workspace shows them. */
export const accountSettings = z.object(settingsShape);
export type AccountSettings = z.output<typeof accountSettings>;

/** Settings nobody has changed yet: Monday to Friday, nine to five, in UTC. */
export const defaultSettings: AccountSettings = {
  language: 'en',
  time_zone: 'UTC',
  business_hours: {
    sun: null,
    mon: { open: '09:00', close: '17:00' },
    tue: { open: '09:00', close: '17:00' },
    wed: { open: '09:00', close: '17:00' },
    thu: { open: '09:00', close: '17:00' },
    fri: { open: '09:00', close: '17:00' },
    sat: null,
  },
  support_email: '',
};

/** Only what is sent changes. */
export const settingsChange = z.strictObject(settingsShape).partial();
export type SettingsChange = z.input<typeof settingsChange>;

/** What the partner alone changes: refused as `read_only`. */
const readOnlySettings = ['account_name', 'account_status', 'builder_url'] as const;

export const settingsCalls = {
  /** What only the partner changes is refused as `read_only`. */
  updateSettings: pageCall({
    method: 'PATCH',
    path: '/api/workspace/:account_id/settings',
    enters: 'account',
    params: { account_id: accountId },
    body: settingsChange,
    readOnly: readOnlySettings,
    answer: accountSettings,
    failures: ['administrators_only', 'read_only', 'too_many_writes'],
  }),
} as const;

/** Whether this machine's Intl knows the zone by this name. */
function isTimeZone(name: string): boolean {
  try {
    // Offsets such as +02:00 are accepted by Intl, but are no zones.
    return /^[A-Za-z]/.test(name) && !!new Intl.DateTimeFormat('en', { timeZone: name });
  } catch {
    return false;
  }
}
