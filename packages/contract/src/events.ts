/** The types of events: the activity log, the feed and webhooks speak of the same ones. */

/** What an account's activity can be narrowed to. */
export const activityKinds = ['account', 'settings', 'agents', 'sign_ins'] as const;
export type ActivityKind = (typeof activityKinds)[number];

/** Each type, and what kind of activity it is in an account; null where it never is of one. */
const kinds = {
  'account.created': 'account',
  'account.updated': 'account',
  'account.suspended': 'account',
  'account.resumed': 'account',
  'account.deleted': 'account',
  'account.restored': 'account',
  'account.erased': 'account',
  'settings.updated': 'settings',
  'agent.invited': 'agents',
  'agent.joined': 'agents',
  'agent.declined': 'agents',
  'agent.updated': 'agents',
  'agent.removed': 'agents',
  'agent.signed_in': 'sign_ins',
  'login_link.created': 'sign_ins',
  'login_link.used': 'sign_ins',
  'server.created': null,
  'partner.created': null,
  'partner.updated': null,
  'partner.suspended': null,
  'partner.resumed': null,
  'credential.created': null,
  'credential.rotated': null,
  'credential.revoked': null,
  'access_token.revoked': null,
  'limit.cleared': null,
  'member.created': null,
  'member.updated': null,
  'person.signed_in': null,
  'person.signed_out': null,
  'person.blocked': null,
  'person.changed': null,
  'quickstart.removed': null,
  'installation.imported': null,
  'installation.key_rotated': null,
} as const satisfies Record<string, ActivityKind | null>;

export type EventType = keyof typeof kinds;

/** Types that are always of one account. */
export type AccountEventType = {
  [T in EventType]: (typeof kinds)[T] extends null ? never : T;
}[EventType];

export const eventTypes = Object.keys(kinds) as EventType[];

/** Those that can occur in an account; of one kind, where it is said. */
export const accountEventTypes = (kind?: ActivityKind): EventType[] =>
  eventTypes.filter((type) => (kind ? kinds[type] === kind : kinds[type] !== null));
