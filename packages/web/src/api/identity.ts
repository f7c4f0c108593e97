/** Signing in and out, passwords and second factors: the contract's calls of identity. */
import {
  type IdentityCalls,
  identityPaths,
  type PageAnswer,
  type PageRequest,
  type ResetShown,
} from '@switchboard/contract';
import { ApiFailure, request } from './request.ts';

/** Those that a page makes: the others only read. */
type CallName = {
  [N in keyof IdentityCalls]: IdentityCalls[N]['method'] extends 'POST' ? N : never;
}[keyof IdentityCalls];

type Sent<N extends CallName> = PageRequest<IdentityCalls[N]>;
type Answered<N extends CallName> = PageAnswer<IdentityCalls[N]>;

const call = <N extends CallName>(name: N, body: Sent<N>) =>
  request<Answered<N>>('POST', identityPaths[name], body);

export type SignedIn = Answered<'signIn'>;
export type FactorMethod = NonNullable<Sent<'enableFactor'>['method']>;

/** A session by a login link refuses identity calls; whoever types a password leaves it first. */
export async function signIn(email: string, password: string): Promise<SignedIn> {
  const attempt = () => call('signIn', { email, password });
  try {
    return await attempt();
  } catch (failure) {
    if (!(failure instanceof ApiFailure) || failure.code !== 'link_session') throw failure;
    await signOut();
    return attempt();
  }
}

export const signOut = () => call('signOut', {});

export const sendCode = () => call('sendCode', {});

const verifiers = {
  totp: 'verifyAppCode',
  otp: 'verifyMailedCode',
  'backup-code': 'verifyBackupCode',
} as const;
export type CodeKind = keyof typeof verifiers;
export const verifyCode = (kind: CodeKind, code: string) => call(verifiers[kind], { code });

export const askPasswordReset = (email: string) => call('requestPasswordReset', { email });

/** What the page of a mailed link for a new password shows. */
export const lookAtReset = (token: string) =>
  request<ResetShown>('POST', '/api/password-reset', { token });

export const resetPassword = (reset: Sent<'resetPassword'>) => call('resetPassword', reset);

export const changePassword = (change: Sent<'changePassword'>) => call('changePassword', change);

export const enableFactor = (method: FactorMethod, password: string) =>
  call('enableFactor', { password, method });

export const disableFactor = (password: string) => call('disableFactor', { password });

export const makeBackupCodes = (password: string) => call('generateBackupCodes', { password });
