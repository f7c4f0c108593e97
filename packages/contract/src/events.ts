/** The types of events: the activity log, the feed and webhooks speak of the same ones. */

/** What an account's activity can be narrowed to. */
export const activityKinds = ['account', 'settings', 'agents', 'sign_ins'] as const;
export type ActivityKind = (typeof activityKinds)[number];

/** Whom a partner's events are told: the feed alone, or its webhook as well. */
type Told = 'feed' | 'webhook';

/** Each type: what kind of activity it is in an account, null where it never is of one; whom it is told. */
const kinds = {
  'account.created': ['account', 'webhook'],
  'account.updated': ['account', 'webhook'],
  'account.suspended': ['account', 'webhook'],
  'account.resumed': ['account', 'webhook'],
  'account.deleted': ['account', 'webhook'],
  'account.restored': ['account', 'webhook'],
  'account.held': ['account', 'webhook'],
  'account.released': ['account', 'webhook'],
  'account.erased': ['account', null],
  'settings.updated': ['settings', 'feed'],
  'agent.invited': ['agents', 'feed'],
  'agent.joined': ['agents', 'webhook'],
  'agent.declined': ['agents', null],
  'agent.updated': ['agents', 'feed'],
  'agent.removed': ['agents', 'webhook'],
  'agent.signed_in': ['sign_ins', null],
  'login_link.created': ['sign_ins', 'feed'],
  'login_link.used': ['sign_ins', 'feed'],
  'server.created': [null, null],
  'partner.created': [null, null],
  'partner.updated': [null, null],
  'partner.suspended': [null, null],
  'partner.resumed': [null, null],
  'profile.updated': [null, 'feed'],
  'credential.created': [null, 'feed'],
  'credential.updated': [null, 'feed'],
  'credential.rotated': [null, 'feed'],
  'credential.revoked': [null, 'feed'],
  'access_token.revoked': [null, null],
  'limit.cleared': [null, null],
  'member.created': [null, 'feed'],
  'member.invited': [null, 'feed'],
  'member.joined': [null, 'feed'],
  'member.declined': [null, 'feed'],
  'member.updated': [null, 'feed'],
  'member.removed': [null, 'feed'],
  'person.signed_in': [null, null],
  'person.signed_out': [null, null],
  'person.blocked': [null, null],
  'person.changed': [null, null],
  'webhook.updated': [null, 'feed'],
  'webhook.secret_rotated': [null, 'feed'],
  'webhook.paused': [null, 'feed'],
  'webhook.resumed': [null, 'feed'],
  'quickstart.removed': [null, null],
  'installation.imported': [null, null],
  'installation.key_rotated': [null, null],
} as const satisfies Record<string, [ActivityKind | null, Told | null]>;

/** What a partner's activity can be narrowed to: its accounts', and what concerns itself. */
export const partnerActivityKinds = [
  ...activityKinds,
  'credentials',
  'people',
  'webhook',
  'partner',
] as const;
export type PartnerActivityKind = (typeof partnerActivityKinds)[number];

/** How the types begin of what concerns the partner itself. */
const beginnings: Record<string, PartnerActivityKind> = {
  credential: 'credentials',
  member: 'people',
  webhook: 'webhook',
  partner: 'partner',
};

export type EventType = keyof typeof kinds;

/** Types that are always of one account. */
export type AccountEventType = {
  [T in EventType]: (typeof kinds)[T][0] extends null ? never : T;
}[EventType];

export const eventTypes = Object.keys(kinds) as EventType[];

/** Those that can occur in an account; of one kind, where it is said. */
export const accountEventTypes = (kind?: ActivityKind): EventType[] =>
  eventTypes.filter((type) => (kind ? kinds[type][0] === kind : kinds[type][0] !== null));

/** Those that a partner's webhook is sent: each is of an account. */
export type WebhookEventType = {
  [T in EventType]: (typeof kinds)[T][1] extends 'webhook' ? T : never;
}[EventType];

export const webhookEventTypes = eventTypes.filter(
  (type): type is WebhookEventType => kinds[type][1] === 'webhook',
);

/** Those that a partner's feed shows: those of its webhook, and what else happened to what is its. */
export const feedEventTypes: EventType[] = eventTypes.filter((type) => kinds[type][1] !== null);

/** Those of a partner's activity; of one kind, where it is said. */
export const partnerActivity = (kind?: PartnerActivityKind): EventType[] =>
  eventTypes.filter((type) => {
    const of = kinds[type][0] ?? beginnings[type.split('.', 1)[0] ?? ''];
    return kind ? of === kind : of !== undefined;
  });
