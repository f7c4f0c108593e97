/** A partner's webhook: the address that is told of what happens, and the secrets that sign. */
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

/** The secrets that sign now, `whsec_…`, the newest first; none where their key is gone. */
export function secretsOf(keys: WebhookKeys, webhook: Webhook, now = new Date()): string[] {
  const { partner_id, secret, previous_secret, previous_until } = webhook;
  const isOverlap = previous_secret && previous_until && previous_until > now;
  return [secret, ...(isOverlap ? [previous_secret] : [])].flatMap(
    (sealed) => unsealWith(keys, ownerOf(partner_id), sealed) ?? [],
  );
}
