/** What the pages of mailed links show and do: the token is the only key to them. */
import { z } from 'zod';
import * as field from '../fields.ts';
import { memberRoles } from '../members.ts';
import { pageCall } from '../page-call.ts';
import { roles } from '../people.ts';
import { factorMethods } from './identity.ts';

/** A membership that somebody else opened: of an account, or of a partner (then it is at no server). */
const openedMembership = z.object({
  id: z.string(),
  name: z.string(),
  server: z.string().nullable(),
});
export type OpenedMembership = z.output<typeof openedMembership>;

const resetLook = z.strictObject({ token: z.string().max(1000) });
const resetShown = z.object({
  email: z.string(),
  /** As `invitationShown.memberships`. */
  memberships: z.array(openedMembership),
});

const invitationLook = z.strictObject({ token: z.string().max(200) });
const invitationShown = z.object({
  email: z.string(),
  name: z.string(),
  /** Of an account, at its server's online; null where it is of a partner. */
  account_name: z.string().nullable(),
  /** Of a partner, at the console; null where it is of an account. */
  partner_name: z.string().nullable(),
  role: z.enum([...roles, ...memberRoles]),
  /** Nobody proved the address yet, so accepting sets a new password. */
  sets_password: z.boolean(),
  /** What others opened for the address before anybody proved it; empty once it is proved. */
  memberships: z.array(openedMembership),
});

/** `password` exactly where `sets_password` says so. */
export const invitationAccept = z.strictObject({
  token: z.string().max(200),
  name: field.text(50).optional(),
  password: z.string().max(10_000).optional(),
  /** Ids of the other memberships that are accepted, of those that were listed; all without it. */
  memberships: z.array(z.string().max(100)).max(1000).optional(),
});

const invitationAccepted = z.object({
  email: z.string(),
  /** Which of the two the invitation was of; the other is null. */
  account_id: z.int().nullable(),
  partner: z.int().nullable(),
  /** Whoever chose a password here is signed in with it, if anything here may be entered. */
  signed_in: z.boolean(),
  /** How the second factor can be given that the sign-in waits for. */
  second_factor: factorMethods.optional(),
});

export const invitationCalls = {
  getInvitation: pageCall({
    method: 'POST',
    path: '/api/invitation',
    enters: 'nobody',
    byLink: true,
    body: invitationLook,
    answer: invitationShown,
    failures: ['link_over'],
  }),
  acceptInvitation: pageCall({
    method: 'POST',
    path: '/api/invitation/accept',
    enters: 'nobody',
    byLink: true,
    body: invitationAccept,
    answer: invitationAccepted,
    failures: ['link_over', 'password_invalid'],
  }),
  /** What the page of a mailed link for a new password shows. */
  getPasswordReset: pageCall({
    method: 'POST',
    path: '/api/password-reset',
    enters: 'nobody',
    byLink: true,
    body: resetLook,
    answer: resetShown,
    failures: ['link_over'],
  }),
} as const;
