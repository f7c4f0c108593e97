/** The types of events: the activity log, the feed and webhooks speak of the same ones. */

export const eventTypes = [
  'account.created',
  'account.updated',
  'account.suspended',
  'account.resumed',
  'account.deleted',
  'account.restored',
  'account.erased',
  'settings.updated',
  'agent.invited',
  'agent.joined',
  'agent.updated',
  'agent.removed',
  'login_link.created',
  'login_link.used',
  'server.created',
  'partner.created',
  'partner.updated',
  'partner.suspended',
  'partner.resumed',
  'credential.created',
  'credential.rotated',
  'credential.revoked',
  'access_token.revoked',
  'member.created',
  'quickstart.removed',
  'installation.imported',
] as const;

export type EventType = (typeof eventTypes)[number];
