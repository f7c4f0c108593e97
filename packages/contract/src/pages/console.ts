/** The console, beside the partner's own calls: for whom somebody works, and their password again. */
import { z } from 'zod';
import type { EventType } from '../events.ts';
import { password } from '../fields.ts';
import { memberRoles } from '../members.ts';
import { pageCall } from '../page-call.ts';

const partnerOfPerson = z.object({
  /** Its number, as the addresses of the console have it. */
  partner: z.int(),
  name: z.string(),
  role: z.enum(memberRoles),
  /** `sign_in_again`: it was suspended after this sign-in began, and resumed. */
  state: z.enum(['active', 'suspended', 'sign_in_again', 'second_factor_needed']),
});
export type PartnerOfPerson = z.output<typeof partnerOfPerson>;

const consoleAnswer = z.object({
  person: z.object({ id: z.string(), name: z.string(), email: z.string() }),
  partners: z.array(partnerOfPerson),
});
export type ConsoleAnswer = z.output<typeof consoleAnswer>;

/** Of a partner's number in a path. */
const partnerNumber = z
  .string()
  .regex(/^[1-9][0-9]{0,8}$/)
  .transform(Number);

/** The live stream's first event. */
const liveState = z.object({ role: z.enum(memberRoles) });

/** The console's live stream; `replaced` is the last one. */
export type ConsoleEvents = {
  state: z.output<typeof liveState>;
  /** Something happened that the page may show. */
  changed: {
    list: { event_id: number; type: EventType; server: string | null; account_id: number | null }[];
    /** Nothing else happened. */
    isAll: boolean;
  };
  replaced: Record<string, never>;
};

export const consoleCalls = {
  getConsole: pageCall({
    method: 'GET',
    path: '/api/console',
    at: 'console',
    enters: 'session',
    answer: consoleAnswer,
    failures: [],
  }),
  watchConsole: pageCall({
    method: 'GET',
    path: '/api/console/:partner/live',
    at: 'console',
    enters: 'session',
    params: { partner: partnerNumber },
    answer: liveState,
    streams: true,
    failures: ['partner_suspended'],
  }),
  /** For 10 minutes this session may do what concerns secrets. */
  confirmPassword: pageCall({
    method: 'POST',
    path: '/api/console/confirm-password',
    at: 'console',
    enters: 'session',
    body: z.strictObject({ password }),
    answer: z.object({}),
    failures: ['wrong_password', 'too_many_failures'],
  }),
} as const;
