/** A person's own profile and devices, on whatever site they are signed in. */
import { z } from 'zod';
import * as field from '../fields.ts';
import { pageCall, sessionId } from '../page-call.ts';
import { language } from '../people.ts';

const profile = z.object({
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

export const profileChange = z
  .strictObject({ name: field.text(50), language: language.nullable() })
  .partial();

export const profileCalls = {
  getProfile: pageCall({
    method: 'GET',
    path: '/api/profile',
    enters: 'session',
    answer: profile,
    failures: [],
  }),
  updateProfile: pageCall({
    method: 'PATCH',
    path: '/api/profile',
    enters: 'session',
    body: profileChange,
    answer: profile.shape.person,
    failures: ['too_many_writes'],
  }),
  /** Signs out every device but this one. */
  removeOtherDevices: pageCall({
    method: 'DELETE',
    path: '/api/profile/devices',
    enters: 'session',
    answer: z.object({ signed_out: z.int() }),
    failures: ['too_many_writes'],
  }),
  removeDevice: pageCall({
    method: 'DELETE',
    path: '/api/profile/devices/:id',
    enters: 'session',
    params: { id: sessionId },
    answer: z.object({}),
    failures: ['too_many_writes'],
  }),
  /** Every invitation that waits for the caller is mailed again, each at most once a minute. */
  inviteMeAgain: pageCall({
    method: 'POST',
    path: '/api/profile/invitations',
    enters: 'session',
    answer: z.object({}),
    failures: ['too_many_writes'],
  }),
} as const;
