/** The wire contract of Switchboard as data. `endpoints` is the only list of them all. */
import type { AnswerOf, Endpoint, InputOf, ReasonOf, RequestOf } from './endpoint.ts';
import * as online from './online.ts';
import * as operator from './operator.ts';
import * as settings from './settings.ts';

export const endpoints = {
  accessToken: settings.accessToken,
  updateAccount: online.updateAccount,
  createAccount: online.createAccount,
  getAccount: online.getAccount,
  getAccounts: online.getAccounts,
  deleteAccount: online.deleteAccount,
  getAgents: online.getAgents,
  loginAgent: online.loginAgent,
  createServer: operator.createServer,
  listServers: operator.listServers,
  createPartner: operator.createPartner,
  updatePartner: operator.updatePartner,
  listPartners: operator.listPartners,
  suspendPartner: operator.suspendPartner,
  resumePartner: operator.resumePartner,
  createCredential: operator.createCredential,
  rotateCredential: operator.rotateCredential,
  revokeCredential: operator.revokeCredential,
  listCredentials: operator.listCredentials,
  restoreAccount: operator.restoreAccount,
  removeQuickstart: operator.removeQuickstart,
} as const satisfies Record<string, Endpoint>;

export type Endpoints = typeof endpoints;
export type EndpointName = keyof Endpoints;
export type Request<N extends EndpointName> = RequestOf<Endpoints[N]>;
export type Input<N extends EndpointName> = InputOf<Endpoints[N]>;
export type Answer<N extends EndpointName> = AnswerOf<Endpoints[N]>;
export type RefusalOf<N extends EndpointName> = ReasonOf<Endpoints[N]>;

export const endpointNames = Object.keys(endpoints) as EndpointName[];

export { deviceName } from './device-name.ts';
export { type Endpoint, okAnswer, type Parameter, reasonsOf } from './endpoint.ts';
export { type EventType, eventTypes } from './events.ts';
export * from './failures.ts';
export {
  codePoints,
  hostOfLink,
  newPassword,
  type PageEnd,
  password,
  writeCursor,
} from './fields.ts';
export { accountListed } from './online.ts';
export { openapiDocument } from './openapi.ts';
export { exampleFailure } from './openapi-responses.ts';
export {
  commonFailures,
  failuresOf,
  type PageAnswer,
  type PageCall,
  type PageInput,
  type PageRequest,
  pageCall,
} from './page-call.ts';
export {
  type IdentityCallName,
  type IdentityCalls,
  identityCalls,
} from './pages/identity.ts';
export { identityPaths } from './pages/identity-paths.ts';
export {
  type Reason,
  type ReasonName,
  Refusal,
  type RefusalDetails,
  reasonOf,
  reasons,
} from './reasons.ts';
export { type Mode, nearestName, readRequest } from './request.ts';
export * from './workspace.ts';
