/**
 * Signing in and out, passwords, second factors: the calls under `/api/auth`. Tokens of sessions and
 * half-done sign-ins travel in cookies alone, never in an answer.
 */
import { z } from 'zod';
import type { FailureCode } from '../failures.ts';
import { email } from '../fields.ts';
import { pageCall } from '../page-call.ts';

// What PostgreSQL cannot hold never gets near it.
const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => value.isWellFormed() && !value.includes('\0'));
const typedEmail = email(254);
/** Compared, never stored: of any length that a body can have. */
const knownPassword = z.string().refine((value) => value.isWellFormed());
/** Judged by its own rule (`newPassword` in fields.ts), which has a failure of its own. */
const chosenPassword = knownPassword;
const code = text(1000).transform((value) => value.trim());
const token = text(1000);

const user = z.object({
  name: z.string(),
  email: z.string(),
  emailVerified: z.boolean(),
  image: z.null(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  twoFactorEnabled: z.boolean(),
  id: z.string(),
});
const session = z.object({
  expiresAt: z.iso.datetime(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  ipAddress: z.string(),
  userAgent: z.string(),
  userId: z.string(),
  id: z.string(),
});
const done = z.object({ status: z.literal(true) });

/** A refused try, or too many of them. */
const guess = ['too_many_failures'] as const satisfies readonly FailureCode[];
/** Whether anything here may be entered. */
const admission = [
  'account_disabled',
  'sign_in_again',
  'other_server',
  'no_account',
  'not_a_member',
  'partner_suspended',
] as const satisfies readonly FailureCode[];
/** A change of what somebody signs in with. */
const change = ['wrong_password', 'too_many_writes', ...guess] as const;
const verify = ['wrong_code', 'code_expired', 'second_factor_conflict', ...guess] as const;

/** How a second factor can be given, in this order. */
export const factorMethods = z.array(z.enum(['totp', 'otp']));

export const identityCalls = {
  /** `rememberMe: false`: a cookie that ends with the browser, a session of one day. */
  signIn: pageCall({
    method: 'POST',
    path: '/api/auth/sign-in/email',
    enters: 'nobody',
    body: z.object({
      email: typedEmail,
      password: knownPassword,
      rememberMe: z.boolean().optional(),
    }),
    answer: z.union([
      z.object({ twoFactorRedirect: z.literal(true), twoFactorMethods: factorMethods }),
      z.object({ redirect: z.literal(false), user }),
    ]),
    failures: ['wrong_credentials', ...admission, ...guess],
    unhurried: true,
  }),
  signOut: pageCall({
    method: 'POST',
    path: '/api/auth/sign-out',
    enters: 'nobody',
    byLink: true,
    answer: z.object({ success: z.literal(true) }),
    failures: [],
  }),
  /** `null` without a session. */
  getSession: pageCall({
    method: 'GET',
    path: '/api/auth/get-session',
    enters: 'nobody',
    byLink: true,
    answer: z.object({ session, user }).nullable(),
    failures: [],
  }),
  /** Always the same answer; a letter goes to whoever exists. */
  requestPasswordReset: pageCall({
    method: 'POST',
    path: '/api/auth/request-password-reset',
    enters: 'nobody',
    body: z.object({ email: typedEmail }),
    answer: done.extend({ message: z.string() }),
    failures: [],
    unhurried: true,
  }),
  /**
   * `memberships`: where the address is proved for the first time, the ids of those that the
   * person accepts of what `lookAtReset` listed; all of them when it is left out.
   */
  resetPassword: pageCall({
    method: 'POST',
    path: '/api/auth/reset-password',
    enters: 'nobody',
    body: z.object({
      token,
      newPassword: chosenPassword,
      memberships: z.array(text(100)).max(1000).optional(),
    }),
    answer: done,
    failures: ['password_invalid', 'link_over'],
  }),
  changePassword: pageCall({
    method: 'POST',
    path: '/api/auth/change-password',
    enters: 'session',
    body: z.object({
      currentPassword: knownPassword,
      newPassword: chosenPassword,
      revokeOtherSessions: z.boolean().optional(),
    }),
    answer: z.object({ user }),
    failures: ['password_invalid', ...change],
  }),
  listSessions: pageCall({
    method: 'GET',
    path: '/api/auth/list-sessions',
    enters: 'session',
    answer: z.array(session),
    failures: [],
  }),
  /** `token` is an `id` of `list-sessions`; anybody else's is `not_found`. */
  revokeSession: pageCall({
    method: 'POST',
    path: '/api/auth/revoke-session',
    enters: 'session',
    body: z.object({ token }),
    answer: done,
    failures: ['too_many_writes'],
  }),
  revokeSessions: pageCall({
    method: 'POST',
    path: '/api/auth/revoke-sessions',
    enters: 'session',
    answer: done,
    failures: ['too_many_writes'],
  }),
  /** `totp` (the default) begins an authenticator app, which its first code confirms. */
  enableFactor: pageCall({
    method: 'POST',
    path: '/api/auth/two-factor/enable',
    enters: 'session',
    body: z.object({ password: knownPassword, method: z.enum(['otp', 'totp']).optional() }),
    answer: z.object({
      method: z.enum(['otp', 'totp']),
      totpURI: z.string().optional(),
      backupCodes: z.array(z.string()).optional(),
    }),
    failures: ['second_factor_conflict', ...change],
  }),
  disableFactor: pageCall({
    method: 'POST',
    path: '/api/auth/two-factor/disable',
    enters: 'session',
    body: z.object({ password: knownPassword }),
    answer: done,
    failures: [...change],
  }),
  /** The secret of an app that is not confirmed yet; of a confirmed one nothing is shown. */
  getAppUri: pageCall({
    method: 'POST',
    path: '/api/auth/two-factor/get-totp-uri',
    enters: 'session',
    body: z.object({ password: knownPassword }),
    answer: z.object({ totpURI: z.string() }),
    failures: ['second_factor_conflict', 'wrong_password', ...guess],
  }),
  generateBackupCodes: pageCall({
    method: 'POST',
    path: '/api/auth/two-factor/generate-backup-codes',
    enters: 'session',
    body: z.object({ password: knownPassword }),
    answer: done.extend({ backupCodes: z.array(z.string()) }),
    failures: ['second_factor_conflict', ...change],
  }),
  sendCode: pageCall({
    method: 'POST',
    path: '/api/auth/two-factor/send-otp',
    enters: 'challenge',
    answer: done,
    failures: ['second_factor_conflict', ...admission, ...guess],
  }),
  /** With a session it sets up codes by mail as the second factor, and asks for the password. */
  verifyMailedCode: pageCall({
    method: 'POST',
    path: '/api/auth/two-factor/verify-otp',
    enters: 'challenge',
    body: z.object({ code, password: knownPassword.optional() }),
    answer: z.object({ user }),
    failures: [...verify, 'wrong_password', 'too_many_writes', ...admission],
  }),
  /** With a session it confirms an app that was just set up. */
  verifyAppCode: pageCall({
    method: 'POST',
    path: '/api/auth/two-factor/verify-totp',
    enters: 'challenge',
    body: z.object({ code }),
    answer: z.object({ user }),
    failures: [...verify, 'too_many_writes', ...admission],
  }),
  verifyBackupCode: pageCall({
    method: 'POST',
    path: '/api/auth/two-factor/verify-backup-code',
    enters: 'challenge',
    body: z.object({ code }),
    answer: z.object({ user }),
    failures: [...verify, ...admission],
  }),
} as const;
