/**
 * The paths of the identity library that are let through, and nothing beside them (`entry.md`,
 * Hosts, origins, cookies). Fields that are not named here never reach the library.
 */
import { z } from 'zod';
import type { Identity } from '../people/identity.ts';

export type IdentityPath = {
  method: 'GET' | 'POST';
  /** The library's own name of it. */
  call: keyof Identity['api'];
  body: z.ZodType;
  /** Who may call it: with a session, or with one or a half-done sign-in; else anybody. */
  needs?: 'session' | 'session or challenge';
  /** Link sessions may call it. */
  byLink?: true;
  /** A wrong password or code is counted as a failure. */
  guesses?: true;
  /** Every call is counted under this word, since it sends mail. */
  mails?: string;
  /** Answers, but a success, take their time, so that it says nothing of who exists. */
  unhurried?: true;
};

// What PostgreSQL cannot hold never gets near it.
const text = z
  .string()
  .max(1000)
  .refine((value) => value.isWellFormed() && !value.includes('\0'));
const password = z.string().refine((value) => value.isWellFormed());
const email = text.transform((value) => value.trim()).pipe(z.email());

const nothing = z.object({});
const withPassword = z.object({ password });
const withCode = z.object({
  code: text.transform((value) => value.trim()),
  trustDevice: z.boolean().optional(),
});

export const identityPaths = {
  'sign-in/email': {
    method: 'POST',
    call: 'signInEmail',
    body: z.object({ email, password, rememberMe: z.boolean().optional() }),
    guesses: true,
    unhurried: true,
  },
  'sign-out': { method: 'POST', call: 'signOut', body: nothing, byLink: true },
  'get-session': { method: 'GET', call: 'getSession', body: nothing, byLink: true },
  'request-password-reset': {
    method: 'POST',
    call: 'requestPasswordReset',
    body: z.object({ email }),
    mails: 'reset',
    unhurried: true,
  },
  'reset-password': {
    method: 'POST',
    call: 'resetPassword',
    body: z.object({ token: text, newPassword: password }),
  },
  'change-password': {
    method: 'POST',
    call: 'changePassword',
    body: z.object({
      currentPassword: password,
      newPassword: password,
      revokeOtherSessions: z.boolean().optional(),
    }),
    needs: 'session',
    guesses: true,
  },
  'list-sessions': { method: 'GET', call: 'listSessions', body: nothing, needs: 'session' },
  'revoke-session': {
    method: 'POST',
    call: 'revokeSession',
    body: z.object({ token: text }),
    needs: 'session',
  },
  'revoke-sessions': { method: 'POST', call: 'revokeSessions', body: nothing, needs: 'session' },
  'two-factor/enable': {
    method: 'POST',
    call: 'enableTwoFactor',
    body: z.object({ password, method: z.enum(['otp', 'totp']).optional() }),
    needs: 'session',
    guesses: true,
  },
  'two-factor/disable': {
    method: 'POST',
    call: 'disableTwoFactor',
    body: withPassword,
    needs: 'session',
    guesses: true,
  },
  'two-factor/get-totp-uri': {
    method: 'POST',
    call: 'getTOTPURI',
    body: withPassword,
    needs: 'session',
    guesses: true,
  },
  'two-factor/generate-backup-codes': {
    method: 'POST',
    call: 'generateBackupCodes',
    body: withPassword,
    needs: 'session',
    guesses: true,
  },
  'two-factor/send-otp': {
    method: 'POST',
    call: 'sendTwoFactorOTP',
    body: nothing,
    needs: 'session or challenge',
    mails: 'code',
  },
  'two-factor/verify-otp': {
    method: 'POST',
    call: 'verifyTwoFactorOTP',
    body: withCode,
    needs: 'session or challenge',
    guesses: true,
  },
  'two-factor/verify-totp': {
    method: 'POST',
    call: 'verifyTOTP',
    body: withCode,
    needs: 'session or challenge',
    guesses: true,
  },
  'two-factor/verify-backup-code': {
    method: 'POST',
    call: 'verifyBackupCode',
    body: withCode,
    needs: 'session or challenge',
    guesses: true,
  },
} as const satisfies Record<string, IdentityPath>;

export type IdentityPathName = keyof typeof identityPaths;
