/** Signing in and out, passwords and second factors: the identity library's own paths. */
import { ApiFailure, request } from './request.ts';

export type FactorMethod = 'totp' | 'otp';
export type SignedIn = { twoFactorRedirect?: true; twoFactorMethods?: FactorMethod[] };
export type FactorEnabled = { totpURI?: string; backupCodes?: string[] };

const post = <T>(path: string, body: object = {}) => request<T>('POST', `/api/auth/${path}`, body);

/** A session by a login link refuses identity calls; whoever types a password leaves it first. */
export async function signIn(email: string, password: string): Promise<SignedIn> {
  const attempt = () => post<SignedIn>('sign-in/email', { email, password });
  try {
    return await attempt();
  } catch (failure) {
    if (!(failure instanceof ApiFailure) || failure.code !== 'link_session') throw failure;
    await signOut();
    return attempt();
  }
}

export const signOut = () => post<unknown>('sign-out');

export const sendCode = () => post<unknown>('two-factor/send-otp');

export type CodeKind = 'totp' | 'otp' | 'backup-code';
export const verifyCode = (kind: CodeKind, code: string) =>
  post<unknown>(`two-factor/verify-${kind}`, { code });

export const askPasswordReset = (email: string) =>
  post<unknown>('request-password-reset', { email });

export const resetPassword = (token: string, newPassword: string) =>
  post<unknown>('reset-password', { token, newPassword });

export const changePassword = (change: {
  currentPassword: string;
  newPassword: string;
  revokeOtherSessions: boolean;
}) => post<unknown>('change-password', change);

export const enableFactor = (method: FactorMethod, password: string) =>
  post<FactorEnabled>('two-factor/enable', { password, method });

export const disableFactor = (password: string) =>
  post<unknown>('two-factor/disable', { password });

export const makeBackupCodes = (password: string) =>
  post<{ backupCodes: string[] }>('two-factor/generate-backup-codes', { password });
