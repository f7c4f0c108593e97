/** The wire contract of Switchboard as data. `endpoints` is the only list of them all. */
import type { AnswerOf, Endpoint, InputOf, ReasonOf, RequestOf } from './endpoint.ts';
import * as credentials from './operator/credentials.ts';
import * as holds from './operator/holds.ts';
import { clearLimits } from './operator/limits.ts';
import * as partners from './operator/partners.ts';
import { removeQuickstart } from './operator/quickstart.ts';
import { restoreAccount } from './operator/restore.ts';
import * as servers from './operator/servers.ts';
import type { PageCall } from './page-call.ts';
import { agentCalls } from './pages/agents.ts';
import { consoleCalls } from './pages/console.ts';
import { identityCalls } from './pages/identity.ts';
import { invitationCalls } from './pages/invitation.ts';
import { logCalls } from './pages/log.ts';
import { profileCalls } from './pages/profile.ts';
import { settingsCalls } from './pages/settings.ts';
import { workspaceCalls } from './pages/workspace.ts';
import { getAccounts } from './partner/account-list.ts';
import * as accounts from './partner/accounts.ts';
import * as activity from './partner/activity.ts';
import * as agents from './partner/agents.ts';
import { createAccount } from './partner/create-account.ts';
import * as ownCredentials from './partner/credentials.ts';
import * as deliveries from './partner/deliveries.ts';
import { getEvents } from './partner/events.ts';
import * as members from './partner/members.ts';
import * as profile from './partner/profile.ts';
import { getServers } from './partner/servers.ts';
import { accessToken } from './partner/token.ts';
import { updateAccounts } from './partner/update-accounts.ts';
import * as webhook from './partner/webhook.ts';

export const endpoints = {
  accessToken,
  updateAccount: accounts.updateAccount,
  updateAccounts,
  createAccount,
  getAccount: accounts.getAccount,
  getAccounts,
  deleteAccount: accounts.deleteAccount,
  getServers,
  getAgents: agents.getAgents,
  loginAgent: agents.loginAgent,
  setWebhook: webhook.setWebhook,
  getWebhook: webhook.getWebhook,
  getWebhookSecret: webhook.getWebhookSecret,
  rotateWebhookSecret: webhook.rotateWebhookSecret,
  testWebhook: webhook.testWebhook,
  resumeWebhook: webhook.resumeWebhook,
  getDeliveries: deliveries.getDeliveries,
  getDelivery: deliveries.getDelivery,
  resendDelivery: deliveries.resendDelivery,
  resendDeliveries: deliveries.resendDeliveries,
  getEvents,
  getActivity: activity.getActivity,
  getSignedIn: activity.getSignedIn,
  createApiCredential: ownCredentials.createApiCredential,
  listApiCredentials: ownCredentials.listApiCredentials,
  updateApiCredential: ownCredentials.updateApiCredential,
  rotateApiCredential: ownCredentials.rotateApiCredential,
  revokeApiCredential: ownCredentials.revokeApiCredential,
  getMembers: members.getMembers,
  inviteMember: members.inviteMember,
  inviteMemberAgain: members.inviteMemberAgain,
  updateMember: members.updateMember,
  removeMember: members.removeMember,
  getPartner: profile.getPartner,
  updatePartnerProfile: profile.updatePartnerProfile,
  createServer: servers.createServer,
  listServers: servers.listServers,
  createPartner: partners.createPartner,
  updatePartner: partners.updatePartner,
  listPartners: partners.listPartners,
  suspendPartner: partners.suspendPartner,
  resumePartner: partners.resumePartner,
  createCredential: credentials.createCredential,
  rotateCredential: credentials.rotateCredential,
  revokeCredential: credentials.revokeCredential,
  listCredentials: credentials.listCredentials,
  clearLimits,
  restoreAccount,
  holdAccount: holds.holdAccount,
  releaseAccount: holds.releaseAccount,
  listHeldAccounts: holds.listHeldAccounts,
  removeQuickstart,
} as const satisfies Record<string, Endpoint>;

export type Endpoints = typeof endpoints;
export type EndpointName = keyof Endpoints;
export type Request<N extends EndpointName> = RequestOf<Endpoints[N]>;
export type Input<N extends EndpointName> = InputOf<Endpoints[N]>;
export type Answer<N extends EndpointName> = AnswerOf<Endpoints[N]>;
export type RefusalOf<N extends EndpointName> = ReasonOf<Endpoints[N]>;

/** Every call of the product's own pages. */
export const pageCalls = {
  ...identityCalls,
  ...invitationCalls,
  ...profileCalls,
  ...workspaceCalls,
  ...settingsCalls,
  ...agentCalls,
  ...logCalls,
  ...consoleCalls,
} as const satisfies Record<string, PageCall>;

export type PageCalls = typeof pageCalls;
export type PageCallName = keyof PageCalls;
/** The calls by what their clients name them by: `PATCH /api/workspace/:account_id/settings`. */
export type PageRoutes = {
  [N in PageCallName as `${PageCalls[N]['method']} ${PageCalls[N]['path']}`]: PageCalls[N];
};

export const endpointNames = Object.keys(endpoints) as EndpointName[];

export { type BuilderCheck, builderStates } from './builder-check.ts';
export { deviceName } from './device-name.ts';
export {
  type Endpoint,
  isEndless,
  okAnswer,
  type Parameter,
  reasonsOf,
  sentenceOf,
} from './endpoint.ts';
export {
  type AccountEventType,
  type ActivityKind,
  accountEventTypes,
  activityKinds,
  type EventType,
  eventTypes,
  feedEventTypes,
  type PartnerActivityKind,
  partnerActivity,
  partnerActivityKinds,
  type WebhookEventType,
  webhookEventTypes,
} from './events.ts';
export * from './failures.ts';
export {
  codePoints,
  hostOfLink,
  newPassword,
  password,
} from './fields.ts';
export {
  BODY_LIMIT,
  bodyTooLarge,
  FEED_CURSOR_LIMIT,
  MOST_CREDENTIALS,
  MOST_ID,
  MOST_MEMBERS,
} from './limits.ts';
export { mailAddress, partOfAddress } from './mail-address.ts';
export { type MemberRole, type MemberState, memberRoles, memberStates } from './members.ts';
export { misspeltName } from './misspelt-name.ts';
export { openapiDocument } from './openapi/document.ts';
export { exampleFailure } from './openapi/responses.ts';
export { transferEndpoints } from './operator/transfer.ts';
export {
  accountId,
  agentId,
  commonFailures,
  failuresOf,
  type PageAnswer,
  type PageCall,
  type PageInput,
  type PageSent,
  pageCall,
} from './page-call.ts';
export {
  type AgentInvitation,
  type AgentList,
  type AgentOfAccount,
  agentInvitation,
} from './pages/agents.ts';
export {
  type BusinessHours,
  DAY_MINUTES,
  MOST_SPANS,
  minutesIn,
  type OpenSpan,
  passesMidnight,
  type Weekday,
  weekdays,
} from './pages/business-hours.ts';
export type { ConsoleAnswer, ConsoleEvents, PartnerOfPerson } from './pages/console.ts';
export { identityCalls } from './pages/identity.ts';
export { invitationAccept, type OpenedMembership } from './pages/invitation.ts';
export type { ActivityLog, ActivityPeople } from './pages/log.ts';
export { type Profile, profileChange } from './pages/profile.ts';
export {
  type AccountSettings,
  defaultSettings,
  type SettingsChange,
  settingsChange,
  settingsOf,
} from './pages/settings.ts';
export type { AccountsOfPerson, LiveEvents, WorkspaceState } from './pages/workspace.ts';
export { type AccountChange, accountChange } from './partner/account-change.ts';
export { accountListed } from './partner/account-list.ts';
export { MOST_ATTEMPTS, MOST_RESENT } from './partner/deliveries.ts';
export type { Held } from './partner/held.ts';
export {
  type Language,
  languages,
  type MailFailure,
  mailFailures,
  type NotDelivered,
  type Role,
  roles,
  type SupportContact,
  supportContact,
} from './people.ts';
export {
  PUSH_TOLERANCE_SECONDS,
  type PushBody,
  type PushType,
  pushes,
  pushTypes,
} from './push.ts';
export { quotedName } from './quoted-name.ts';
export {
  type Reason,
  type ReasonName,
  Refusal,
  type RefusalDetails,
  type RequestError,
  reasonOf,
  reasons,
} from './reasons.ts';
export { errorOf, type Mode, nearestName, readRequest } from './request.ts';
