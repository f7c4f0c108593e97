/** An account's own settings, which its administrators change. */
import { z } from 'zod';
import * as field from '../fields.ts';
import { accountId, pageCall } from '../page-call.ts';
import { language } from '../people.ts';
import { type BusinessHours, businessHours, inSpans } from './business-hours.ts';

const timeZone = z.string().refine(isTimeZone, { error: 'is not an IANA time zone' });

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

const nineToFive = [{ open: '09:00', close: '17:00' }];

/** Settings nobody has changed yet: Monday to Friday, nine to five, in UTC. */
export const defaultSettings: AccountSettings = {
  language: 'en',
  time_zone: 'UTC',
  business_hours: {
    sun: [],
    mon: nineToFive,
    tue: nineToFive,
    wed: nineToFive,
    thu: nineToFive,
    fri: nineToFive,
    sat: [],
  },
  support_email: '',
};

/** An account's settings of what is kept of them: what is not, nobody has changed yet. */
export const settingsOf = (
  kept: Partial<Record<keyof AccountSettings, unknown>>,
): AccountSettings => {
  const { business_hours, ...others } = { ...defaultSettings, ...kept } as AccountSettings;
  // Kept from before there were spans, or from an export of that time.
  return { ...others, business_hours: inSpans(business_hours) as BusinessHours };
};

/** Only what is sent changes. Hours are also taken as they were once written: one span a day. */
export const settingsChange = z
  .strictObject({ ...settingsShape, business_hours: z.preprocess(inSpans, businessHours) })
  .partial();
export type SettingsChange = Partial<AccountSettings>;

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
