/** The console, beside the partner's own calls: for whom somebody works, and their password again. */
import { z } from 'zod';
import { password } from '../fields.ts';
import { memberRoles } from '../members.ts';
import { pageCall } from '../page-call.ts';

const partnerOfPerson = z.object({
  /** Its number, as the addresses of the console have it. */
  partner: z.int(),
  name: z.string(),
  role: z.enum(memberRoles),
  /** `sign_in_again`: it was suspended after this sign-in began, and resumed. */
  state: z.enum(['active', 'suspended', 'sign_in_again']),
});
export type PartnerOfPerson = z.output<typeof partnerOfPerson>;

const consoleAnswer = z.object({
  person: z.object({ id: z.string(), name: z.string(), email: z.string() }),
  partners: z.array(partnerOfPerson),
});
export type ConsoleAnswer = z.output<typeof consoleAnswer>;

export const consoleCalls = {
  getConsole: pageCall({
    method: 'GET',
    path: '/api/console',
    at: 'console',
    enters: 'session',
    answer: consoleAnswer,
    failures: [],
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
