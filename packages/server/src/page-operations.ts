/** Every page call's verb. Forgetting one does not compile. */
import type { PageCallName, PageCalls } from '@switchboard/contract';
import { updateSettings } from './accounts/update-settings.ts';
import { type AccountVerb, listAgents } from './agents/agent.ts';
import { acceptInvitation } from './agents/invitations/accept-invitation.ts';
import { getInvitation } from './agents/invitations/invitation.ts';
import { inviteAgent, inviteAgentAgain } from './agents/invite-agent.ts';
import { removeAgent } from './agents/remove-agent.ts';
import { updateAgent } from './agents/update-agent.ts';
import { getWorkspace, listOwnAccounts } from './agents/workspace.ts';
import { getBuilderCheck } from './builder-checks/get-builder-check.ts';
import { listActivity, listActivityPeople } from './events/log.ts';
import { getConsole } from './members/get-console.ts';
import { disableFactor } from './people/factors/disable-factor.ts';
import { enableFactor } from './people/factors/enable-factor.ts';
import { generateBackupCodes } from './people/factors/generate-backup-codes.ts';
import { getAppUri } from './people/factors/get-app-uri.ts';
import { sendCode } from './people/factors/send-code.ts';
import { verifyAppCode } from './people/factors/verify-app-code.ts';
import { verifyBackupCode } from './people/factors/verify-backup-code.ts';
import { verifyMailedCode } from './people/factors/verify-mailed-code.ts';
import { changePassword } from './people/passwords/change-password.ts';
import { confirmPassword } from './people/passwords/confirm-password.ts';
import { getPasswordReset } from './people/passwords/password-reset.ts';
import { requestPasswordReset } from './people/passwords/request-password-reset.ts';
import { resetPassword } from './people/passwords/reset-password.ts';
import { getProfile, inviteMeAgain, updateProfile } from './people/profile.ts';
import {
  getSession,
  listSessions,
  removeDevice,
  removeOtherDevices,
  revokeSession,
  revokeSessions,
  signOut,
} from './people/sessions/own-sessions.ts';
import { signIn } from './people/sessions/sign-in.ts';
import type { VisitVerb } from './people/visit.ts';

/** Those whose answer is a stream have no verb: their events are found by asking the gate. */
type Streamed = {
  [N in PageCallName]: PageCalls[N] extends { streams: true } ? N : never;
}[PageCallName];

export type PageOperations = {
  readonly [N in Exclude<PageCallName, Streamed>]: PageCalls[N]['enters'] extends 'account'
    ? AccountVerb<PageCalls[N]>
    : VisitVerb<PageCalls[N]>;
};

export const pageOperations: PageOperations = {
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
  getInvitation,
  acceptInvitation,
  getPasswordReset,
  getProfile,
  updateProfile,
  removeOtherDevices,
  removeDevice,
  inviteMeAgain,
  listOwnAccounts,
  getWorkspace,
  getBuilderCheck,
  updateSettings,
  listAgents,
  inviteAgent,
  updateAgent,
  removeAgent,
  inviteAgentAgain,
  listActivity,
  listActivityPeople,
  getConsole,
  confirmPassword,
};
