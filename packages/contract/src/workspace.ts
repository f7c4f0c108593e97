/**
 * What the online's own pages call: answers and requests of `/api/workspace`,
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

/** The live stream's events; `disabled` and `replaced` are last ones. */
export type LiveEvents = {
  state: WorkspaceState;
  settings: AccountSettings;
  account: WorkspaceState['account'];
  disabled: { account_name: string; support: SupportContact };
  /** Too many streams are open: this one made room, and its page does not come back by itself. */
  replaced: Record<string, never>;
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

/** A membership that somebody else opened: of an account, or of a partner (then it is at no server). */
const openedMembership = z.object({
  id: z.string(),
  name: z.string(),
  server: z.string().nullable(),
});
export type OpenedMembership = z.output<typeof openedMembership>;

/** `POST /api/password-reset`: what the page of a mailed link for a new password shows. */
export const resetLook = z.strictObject({ token: z.string().max(1000) });
export const resetShown = z.object({
  email: z.string(),
  /** As `invitationShown.memberships`. */
  memberships: z.array(openedMembership),
});
export type ResetShown = z.output<typeof resetShown>;

/** `POST /api/invitation`: what the link's page shows before it is accepted. */
export const invitationLook = z.strictObject({ token: z.string().max(200) });
export const invitationShown = z.object({
  email: z.string(),
  name: z.string(),
  account_name: z.string(),
  role,
  /** Nobody proved the address yet, so accepting sets a new password. */
  sets_password: z.boolean(),
  /** What others opened for the address before anybody proved it; empty once it is proved. */
  memberships: z.array(openedMembership),
});
export type InvitationShown = z.output<typeof invitationShown>;

/** `POST /api/invitation/accept`; `password` exactly where `sets_password` says so. */
export const invitationAccept = z.strictObject({
  token: z.string().max(200),
  name: field.text(50).optional(),
  password: z.string().max(10_000).optional(),
  /** Ids of the other memberships that are accepted, of those that were listed; all without it. */
  memberships: z.array(z.string().max(100)).max(1000).optional(),
});
export const invitationAccepted = z.object({ email: z.string(), account_id: z.int() });

/** Whether this machine's Intl knows the zone by this name. */
function isTimeZone(name: string): boolean {
  try {
    // Offsets such as +02:00 are accepted by Intl, but are no zones.
    return /^[A-Za-z]/.test(name) && !!new Intl.DateTimeFormat('en', { timeZone: name });
  } catch {
    return false;
  }
}
