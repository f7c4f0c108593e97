/** Every verb of the calls under `/api/auth`. Forgetting one does not compile. */
import type {
  IdentityCallName,
  IdentityCalls,
  PageAnswer,
  PageCall,
  PageInput,
} from '@switchboard/contract';
import { changePassword } from './change-password.ts';
import { disableFactor } from './disable-factor.ts';
import { enableFactor } from './enable-factor.ts';
import { generateBackupCodes } from './generate-backup-codes.ts';
import { getAppUri } from './get-app-uri.ts';
import {
  getSession,
  listSessions,
  revokeSession,
  revokeSessions,
  signOut,
} from './own-sessions.ts';
import { requestPasswordReset } from './request-password-reset.ts';
import { resetPassword } from './reset-password.ts';
import { sendCode } from './send-code.ts';
import { signIn } from './sign-in.ts';
import { verifyAppCode } from './verify-app-code.ts';
import { verifyBackupCode } from './verify-backup-code.ts';
import { verifyMailedCode } from './verify-mailed-code.ts';
import type { SignedIn, Visit } from './visit.ts';

/** What a call's verb is: `(input, visit) → answer`. */
export type IdentityVerb<C extends PageCall> = (
  input: PageInput<C>,
  visit: C['enters'] extends 'session' ? SignedIn : Visit,
) => Promise<PageAnswer<C>>;

type IdentityVerbs = { readonly [N in IdentityCallName]: IdentityVerb<IdentityCalls[N]> };

export const identityVerbs: IdentityVerbs = {
  signIn,
  signOut,
  getSession,
  requestPasswordReset,
  resetPassword,
  changePassword,
  listSessions,
  revokeSession,
  revokeSessions,
  enableFactor,
  disableFactor,
  getAppUri,
  generateBackupCodes,
  sendCode,
  verifyMailedCode,
  verifyAppCode,
  verifyBackupCode,
};
