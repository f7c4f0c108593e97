/** A partner's webhook: the address that is told of what happens, and the secrets that sign. */
import { randomBytes } from 'node:crypto';
import type { Refusal, RefusalDetails } from '@switchboard/contract';
import sql, { type Sql } from 'sql-template-tag';
import type { Db } from '../database/database.ts';
import type { SealedColumn } from '../database/sealed-column.ts';
import { sealWith, unsealWith } from '../sealing.ts';

export type Webhook = {
  partner_id: number;
  /** `''` when it was cleared. */
  url: string;
  /** Sealed. */
  secret: Buffer;
  previous_secret: Buffer | null;
  /** Until when the previous one signs as well. */
  previous_until: Date | null;
};

/** The keys that secrets are sealed with (`derivedKeys(secretKeys, 'webhooks')`). */
export type WebhookKeys = readonly Buffer[];

const ownerOf = (partnerId: number): string => `partner ${partnerId}`;

export const sealSecret = (keys: WebhookKeys, partnerId: number, secret: string): Buffer =>
  sealWith(keys, ownerOf(partnerId), secret);

/** Undefined where its key is gone. */
const unseal = (keys: WebhookKeys, partnerId: number, sealed: Buffer): string | undefined =>
  unsealWith(keys, ownerOf(partnerId), sealed);

export type Secrets = {
  secret: string | undefined;
  /** Only within an overlap. */
  previous: string | undefined;
};

/** `whsec_…`; undefined where their key is gone. */
export function unsealSecrets(keys: WebhookKeys, webhook: Webhook, now = new Date()): Secrets {
  const { partner_id, secret, previous_secret, previous_until } = webhook;
  const isOverlap = previous_secret && previous_until && previous_until > now;
  return {
    secret: unseal(keys, partner_id, secret),
    previous: isOverlap ? unseal(keys, partner_id, previous_secret) : undefined,
  };
}

/** The secrets that sign now, `whsec_…`, the newest first; none where their key is gone. */
export function secretsOf(keys: WebhookKeys, webhook: Webhook, now = new Date()): string[] {
  const { secret, previous } = unsealSecrets(keys, webhook, now);
  return [secret, previous].filter((one) => one !== undefined);
}

/** What a rotation of SECRET_KEY takes along: the secret first. */
export const sealedSecrets = (
  keys: WebhookKeys,
): [secret: SealedColumn<number>, previous: SealedColumn<number>] => {
  const of = { table: 'webhooks', id: 'partner_id', below: 0, ownerOf, keys };
  return [
    { ...of, column: 'secret' },
    { ...of, column: 'previous_secret' },
  ];
};

/** Standard Webhooks: 24 random bytes behind their prefix. */
export const newSecret = (): string => `whsec_${randomBytes(24).toString('base64')}`;

/** What its partner is shown beside it. */
export type ShownWebhook = Webhook & { paused_at: Date | null; probes: number | null };

const COLUMNS: Sql = sql`
  partner_id, url, secret, previous_secret, previous_until, paused_at, probes`;

/** Undefined as long as the partner never set an address. */
export async function findWebhook(db: Db, partnerId: number): Promise<ShownWebhook | undefined> {
  const [row] = await db.query<ShownWebhook>(sql`
    select ${COLUMNS} from webhooks where partner_id = ${partnerId}`);
  return row;
}

/** Held until the transaction ends; whoever holds lanes too holds it first. */
export async function holdIfSet(db: Db, partnerId: number): Promise<ShownWebhook | undefined> {
  const [row] = await db.query<ShownWebhook>(sql`
    select ${COLUMNS} from webhooks where partner_id = ${partnerId} for no key update`);
  return row;
}

type OfPartner = {
  partnerId: number;
  refusal(reason: 'webhook_not_set', details?: RefusalDetails): Refusal;
};

/**
 * The partner's webhook, held until the transaction ends.
 *
 * @throws Refusal webhook_not_set when the partner never set an address
 */
export async function holdWebhook(db: Db, ctx: OfPartner): Promise<ShownWebhook> {
  const webhook = await holdIfSet(db, ctx.partnerId);
  if (!webhook) throw ctx.refusal('webhook_not_set');
  return webhook;
}

/**
 * Likewise, of an address that is set now.
 *
 * @throws Refusal webhook_not_set also when it was cleared
 */
export async function holdAddress(db: Db, ctx: OfPartner): Promise<ShownWebhook> {
  const webhook = await holdWebhook(db, ctx);
  if (webhook.url === '') throw ctx.refusal('webhook_not_set');
  return webhook;
}

/**
 * Without holding it: what is sent to it is sent to what it was.
 *
 * @throws Refusal webhook_not_set
 */
export async function requireAddress(db: Db, ctx: OfPartner): Promise<ShownWebhook> {
  const webhook = await findWebhook(db, ctx.partnerId);
  if (!webhook || webhook.url === '') throw ctx.refusal('webhook_not_set');
  return webhook;
}

/** @throws Refusal webhook_not_set where the secret's SECRET_KEY is gone, and says so */
export function secretsToSign(
  webhook: Webhook,
  ctx: OfPartner & { webhookKeys: WebhookKeys },
): string[] {
  const secrets = secretsOf(ctx.webhookKeys, webhook);
  if (secrets.length === 0) throw ctx.refusal('webhook_not_set', { message: KEY_GONE });
  return secrets;
}

export const KEY_GONE =
  'The secret was sealed under a SECRET_KEY that this installation no longer has; make a new one with rotateWebhookSecret.';

export const webhookToWire = (
  webhook: Pick<ShownWebhook, 'url' | 'paused_at'> | undefined,
): { url: string; state: 'active' | 'paused'; paused_since?: string } => ({
  url: webhook?.url ?? '',
  state: webhook?.paused_at ? 'paused' : 'active',
  ...(webhook?.paused_at && { paused_since: webhook.paused_at.toISOString() }),
});
