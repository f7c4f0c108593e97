/** Every endpoint's operation. Forgetting one does not compile. */
import { createAccount } from './accounts/create-account.ts';
import { deleteAccount } from './accounts/delete-account.ts';
import { getAccount } from './accounts/get-account.ts';
import { holdAccount } from './accounts/holds/hold-account.ts';
import { listHeldAccounts } from './accounts/holds/list-held-accounts.ts';
import { releaseAccount } from './accounts/holds/release-account.ts';
import { getAccounts } from './accounts/list/get-accounts.ts';
import { restoreAccount } from './accounts/restore-account.ts';
import { createServer, getServers, listServers } from './accounts/server.ts';
import { updateAccount } from './accounts/updating/update-account.ts';
import { updateAccounts } from './accounts/updating/update-accounts.ts';
import { getAgents } from './agents/get-agents.ts';
import { getSignedIn } from './agents/get-signed-in.ts';
import { loginAgent } from './agents/login-agent.ts';
import { clearLimits } from './attempts/clear-limits.ts';
import { getDeliveries } from './delivery/get-deliveries.ts';
import { getDelivery } from './delivery/get-delivery.ts';
import { getWebhook, getWebhookSecret } from './delivery/get-webhook.ts';
import { resendDeliveries } from './delivery/resend-deliveries.ts';
import { resendDelivery } from './delivery/resend-delivery.ts';
import { resumeWebhook } from './delivery/resume-webhook.ts';
import { rotateWebhookSecret } from './delivery/rotate-webhook-secret.ts';
import { setWebhook } from './delivery/set-webhook.ts';
import { testWebhook } from './delivery/test-webhook.ts';
import { getActivity } from './events/activity.ts';
import { getEvents } from './events/feed/get-events.ts';
import { getMembers } from './members/get-members.ts';
import { inviteMember, inviteMemberAgain } from './members/invite-member.ts';
import { removeMember } from './members/remove-member.ts';
import { updateMember } from './members/update-member.ts';
import type { Operations } from './operation.ts';
import { createPartner } from './partners/create-partner.ts';
import { createApiCredential, createCredential } from './partners/credentials/create-credential.ts';
import { listApiCredentials, listCredentials } from './partners/credentials/credential-list.ts';
import { issueAccessToken } from './partners/credentials/issue-access-token.ts';
import { revokeApiCredential, revokeCredential } from './partners/credentials/revoke-credential.ts';
import { rotateApiCredential, rotateCredential } from './partners/credentials/rotate-credential.ts';
import { updateApiCredential } from './partners/credentials/update-credential.ts';
import { listPartners } from './partners/partner.ts';
import { removeQuickstart } from './partners/remove-quickstart.ts';
import { resumePartner, suspendPartner } from './partners/suspend-partner.ts';
import { updatePartner } from './partners/update-partner.ts';
import { getPartner, updatePartnerProfile } from './partners/update-partner-profile.ts';

export const operations: Operations = {
  accessToken: issueAccessToken,
  updateAccount,
  updateAccounts,
  createAccount,
  getAccount,
  getAccounts,
  deleteAccount,
  getAgents,
  loginAgent,
  setWebhook,
  getWebhook,
  getWebhookSecret,
  rotateWebhookSecret,
  testWebhook,
  resumeWebhook,
  getDeliveries,
  getDelivery,
  resendDelivery,
  resendDeliveries,
  getEvents,
  getActivity,
  getServers,
  getSignedIn,
  createApiCredential,
  listApiCredentials,
  updateApiCredential,
  rotateApiCredential,
  revokeApiCredential,
  getMembers,
  inviteMember,
  inviteMemberAgain,
  updateMember,
  removeMember,
  getPartner,
  updatePartnerProfile,
  createServer,
  listServers,
  createPartner,
  updatePartner,
  listPartners,
  suspendPartner,
  resumePartner,
  createCredential,
  rotateCredential,
  revokeCredential,
  listCredentials,
  clearLimits,
  restoreAccount,
  holdAccount,
  releaseAccount,
  listHeldAccounts,
  removeQuickstart,
};
