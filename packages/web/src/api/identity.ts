/** Signing in and out, passwords and second factors. */
import { type Answered, call, type Sent } from './call.ts';
import { ApiFailure } from './request.ts';

type SignIn = 'POST /api/auth/sign-in/email';
export type SignedIn = Answered<SignIn>;
export type FactorMethod = NonNullable<Sent<'POST /api/auth/two-factor/enable'>['method']>;

/** A session by a login link refuses identity calls; whoever types a password leaves it first. */
export async function signIn(email: string, password: string): Promise<SignedIn> {
  const attempt = () => call('POST /api/auth/sign-in/email', { email, password });
  try {
    return await attempt();
  } catch (failure) {
    if (!(failure instanceof ApiFailure) || failure.code !== 'link_session') throw failure;
    await signOut();
    return attempt();
  }
}

export const signOut = () => call('POST /api/auth/sign-out', {});

export const sendCode = () => call('POST /api/auth/two-factor/send-otp', {});

const verifiers = {
  totp: 'POST /api/auth/two-factor/verify-totp',
  otp: 'POST /api/auth/two-factor/verify-otp',
  'backup-code': 'POST /api/auth/two-factor/verify-backup-code',
} as const;
export type CodeKind = keyof typeof verifiers;
export const verifyCode = (kind: CodeKind, code: string) => call(verifiers[kind], { code });

export const askPasswordReset = (email: string) =>
  call('POST /api/auth/request-password-reset', { email });

/** What the page of a mailed link for a new password shows. */
export const lookAtReset = (token: string) => call('POST /api/password-reset', { token });

export const resetPassword = (reset: Sent<'POST /api/auth/reset-password'>) =>
  call('POST /api/auth/reset-password', reset);

export const changePassword = (change: Sent<'POST /api/auth/change-password'>) =>
  call('POST /api/auth/change-password', change);

export const enableFactor = (method: FactorMethod, password: string) =>
  call('POST /api/auth/two-factor/enable', { password, method });

export const disableFactor = (password: string) =>
  call('POST /api/auth/two-factor/disable', { password });

export const makeBackupCodes = (password: string) =>
  call('POST /api/auth/two-factor/generate-backup-codes', { password });
