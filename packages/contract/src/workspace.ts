/**
 * What the online's own pages call: answers, requests and failures of `/api/workspace`,
 * `/api/profile` and `/api/invitation` (`product.md`, The online). JSON over a cookie session on
 * the account's own server; a failure is `{"error":{"code","message"},"request_id"}`.
 */
import { z } from 'zod';
import * as field from './fields.ts';

/** Languages of pages and mails. */
export const languages = ['en', 'he'] as const;
export type Language = (typeof languages)[number];
const language = z.enum(languages);

export const roles = ['administrator', 'agent'] as const;
export type Role = (typeof roles)[number];
const role = z.enum(roles);

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

/** The partner's contact, shown where an account is disabled; each may be `""`. */
export const supportContact = z.object({ name: z.string(), url: z.string(), email: z.string() });
export type SupportContact = z.output<typeof supportContact>;

/** `GET /api/workspace`. */
export const accountsOfPerson = z.object({
  person: z.object({ name: z.string(), email: z.string(), language: language.nullable() }),
  accounts: z.array(
    z.object({
      account_id: z.int(),
      account_name: z.string(),
      state: z.enum(['open', 'disabled', 'sign_in_again']),
    }),
  ),
  /** The one account's agent was signed in by a login link. */
  signed_in_by_link: z.boolean(),
});
export type AccountsOfPerson = z.output<typeof accountsOfPerson>;

/** `GET /api/workspace/{account_id}`, and the live stream's event `state`. */
export const workspaceState = z.object({
  account: z.object({
    account_id: z.int(),
    server: z.string(),
    account_name: z.string(),
    account_status: z.literal([0, 1]),
    builder_url: z.string(),
  }),
  settings: accountSettings,
  agent: z.object({
    id: z.int(),
    role,
    display_name: z.string(),
    signed_in_by_link: z.boolean(),
  }),
});
export type WorkspaceState = z.output<typeof workspaceState>;

/** The live stream's events beside `state`; `disabled` is the last one. */
export type LiveEvents = {
  state: WorkspaceState;
  settings: AccountSettings;
  account: WorkspaceState['account'];
  disabled: { account_name: string; support: SupportContact };
};

/** `PATCH …/settings`: only what is sent changes. */
export const settingsChange = z.strictObject(settingsShape).partial();
export type SettingsChange = z.input<typeof settingsChange>;

/** What the partner alone changes: refused as `read_only`. */
export const readOnlySettings = ['account_name', 'account_status', 'builder_url'] as const;

export const agentOfAccount = z.object({
  id: z.int(),
  email: z.string(),
  agent_name: z.string(),
  display_name: z.string(),
  role,
  /** `waiting`: named, but the invitation is not accepted yet. */
  state: z.enum(['open', 'waiting']),
  /** Unix time in seconds. */
  create_time: z.int(),
  you: z.boolean(),
});
export type AgentOfAccount = z.output<typeof agentOfAccount>;

/** `GET …/agents`. */
export const agentList = z.object({ seat_limit: z.int(), agents: z.array(agentOfAccount) });
export type AgentList = z.output<typeof agentList>;

/** `POST …/agents`: invites somebody; `display_name` is the name when it is left out. */
export const agentInvitation = z.strictObject({
  email: field.email(50),
  name: field.text(50),
  display_name: field.text(50).optional(),
  role,
});
export type AgentInvitation = z.input<typeof agentInvitation>;

/** `PATCH …/agents/{id}`. */
export const agentChange = z.strictObject({ role });

/** Who did something in the log, as the workspace may know it. */
export const logActor = z.object({
  kind: z.enum(['agent', 'partner', 'operator', 'system']),
  /** An agent's display name, the partner's support name, or `""`. */
  name: z.string(),
});

/** `GET …/log?before=&limit=`: newest first; `next` is the `before` of the page that follows. */
export const activityLog = z.object({
  entries: z.array(
    z.object({
      id: z.int(),
      at: z.iso.datetime(),
      type: z.string(),
      actor: logActor,
      /** The agent that it is about, where it is about one. */
      agent: z.string().nullable(),
      changes: z.record(z.string(), z.object({ from: z.unknown(), to: z.unknown() })),
    }),
  ),
  next: z.int().nullable(),
});
export type ActivityLog = z.output<typeof activityLog>;

/** `?before=&limit=` of the log. */
export const logQuery = z.strictObject({
  before: field.whole(1, Number.MAX_SAFE_INTEGER).optional(),
  limit: field.whole(1, 100).optional(),
});

/** `GET /api/profile`. */
export const profile = z.object({
  person: z.object({ name: z.string(), email: z.string(), language: language.nullable() }),
  second_factor: z.enum(['none', 'app', 'email']),
  /** Where e-mailed codes go; null unless `second_factor` is `email`. */
  codes_to: z.string().nullable(),
  devices: z.array(
    z.object({
      id: z.string(),
      current: z.boolean(),
      by_link: z.boolean(),
      /** A server's name, or `""` for the partner console. */
      server: z.string(),
      address: z.string(),
      user_agent: z.string(),
      created_at: z.iso.datetime(),
    }),
  ),
});
export type Profile = z.output<typeof profile>;

/** `PATCH /api/profile`. */
export const profileChange = z
  .strictObject({ name: field.text(50), language: language.nullable() })
  .partial();

/** `POST /api/invitation`: what the link's page shows before it is accepted. */
export const invitationLook = z.strictObject({ token: z.string().max(200) });
export const invitationShown = z.object({
  email: z.string(),
  name: z.string(),
  account_name: z.string(),
  role,
  /** Nobody proved the address yet, so accepting sets a new password. */
  sets_password: z.boolean(),
});
export type InvitationShown = z.output<typeof invitationShown>;

/** `POST /api/invitation/accept`; `password` exactly where `sets_password` says so. */
export const invitationAccept = z.strictObject({
  token: z.string().max(200),
  name: field.text(50).optional(),
  password: field.password.optional(),
});
export const invitationAccepted = z.object({ email: z.string(), account_id: z.int() });

type Failure = { http: number; sentence: string };

/** Every failure that the online's pages can meet. Codes are never reused. */
export const failures = {
  body_invalid: { http: 400, sentence: 'The body must be one JSON object in UTF-8.' },
  request_invalid: { http: 422, sentence: 'Something in the request is not valid.' },
  password_invalid: {
    http: 422,
    sentence:
      'A password has 6 to 50 characters with an upper-case letter, a lower-case letter and a punctuation mark.',
  },
  read_only: {
    http: 422,
    sentence: 'Only the service provider changes the name, the status and the builder link.',
  },
  no_session: { http: 401, sentence: 'Nobody is signed in here; sign in.' },
  wrong_credentials: { http: 401, sentence: 'E-mail or password is wrong.' },
  wrong_code: { http: 401, sentence: 'The code is wrong; enter the latest one.' },
  code_expired: { http: 400, sentence: 'The code has expired or was used; ask for a new one.' },
  challenge_expired: { http: 401, sentence: 'This sign-in took too long; begin again.' },
  wrong_password: { http: 400, sentence: 'The current password is wrong.' },
  second_factor_conflict: {
    http: 409,
    sentence: 'The second factor is not in a state that allows this.',
  },
  account_disabled: {
    http: 403,
    sentence: 'This account is disabled. No one can sign in until it is switched on again.',
  },
  sign_in_again: { http: 403, sentence: 'The account was switched off meanwhile; sign in again.' },
  other_server: { http: 403, sentence: 'Your accounts are on another server; sign in there.' },
  no_account: { http: 403, sentence: 'You are not an agent of any account.' },
  not_a_member: { http: 403, sentence: 'You are not a member of any partner.' },
  partner_suspended: { http: 403, sentence: 'The partner is suspended; ask the operator.' },
  link_session: {
    http: 403,
    sentence: 'Signed in by a login link; sign in with a password to do this.',
  },
  administrators_only: { http: 403, sentence: 'Only an administrator of the account can do this.' },
  origin_refused: { http: 403, sentence: "The request does not come from this host's own pages." },
  not_found: { http: 404, sentence: 'There is nothing here for you.' },
  method_not_allowed: {
    http: 405,
    sentence: 'Wrong HTTP method; the header Allow names the right one.',
  },
  seat_limit_reached: {
    http: 409,
    sentence: 'Every seat of the account is taken; remove an agent or ask the service provider.',
  },
  last_administrator: {
    http: 409,
    sentence: 'An account needs an administrator; make somebody else one first.',
  },
  already_agent: { http: 409, sentence: 'This person is an agent of the account already.' },
  link_over: { http: 410, sentence: 'This link was used or has expired; ask for a new one.' },
  body_too_large: { http: 413, sentence: 'The body is larger than 64 KiB (65536 bytes).' },
  wrong_host: { http: 421, sentence: 'Nothing is served under this host name.' },
  too_many_failures: {
    http: 429,
    sentence: 'Too many failed tries; wait as long as Retry-After says (seconds).',
  },
  internal_error: { http: 500, sentence: 'Something failed on our side; try again.' },
  unavailable: { http: 503, sentence: 'The service cannot answer for the moment; try again.' },
} as const satisfies Record<string, Failure>;

export type FailureCode = keyof typeof failures;

/** The body of every failure. */
export type FailureBody = {
  error: {
    code: FailureCode;
    /** One sentence in English; pages show their own words for the code. */
    message: string;
    /** The field at fault, where one is. */
    parameter?: string;
    /** With `account_disabled`: whose contact to show, where one account is meant its name. */
    account_name?: string;
    support?: SupportContact;
    /** With `other_server`: where to sign in. */
    addresses?: string[];
  };
  request_id: string;
};

/** Whether this machine's Intl knows the zone by this name. */
function isTimeZone(name: string): boolean {
  try {
    // Offsets such as +02:00 are accepted by Intl, but are no zones.
    return /^[A-Za-z]/.test(name) && !!new Intl.DateTimeFormat('en', { timeZone: name });
  } catch {
    return false;
  }
}
