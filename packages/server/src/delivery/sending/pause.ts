/**
 * Addresses that have taken nothing for a day are tried no more: their partner's administrators are
 * told, what waits is kept.
 */
import sql from 'sql-template-tag';
import type { Database } from '../../database/database.ts';
import { record } from '../../events/event.ts';
import type { Letter } from '../../mail/message.ts';
import { webhookPausedLetter } from '../../mail/partner-letters.ts';
import { type Administrator, listAdministrators } from '../../partners/administrators.ts';
import { DELIVERY_DAYS, PATIENCE } from './ladder.ts';

export type Paused = {
  partnerId: number;
  partnerName: string;
  url: string;
  /** Since when it has taken nothing. */
  since: Date;
  /** Deliveries. */
  waiting: number;
  administrators: Administrator[];
};

const BY = {
  actor: { kind: 'system', id: 'delivery' },
  address: 'local',
  requestId: 'delivery',
} as const;

/**
 * Pauses those whose time is over, each by one node.
 *
 * @throws DatabaseUnavailable
 */
export async function pauseDead(database: Database): Promise<Paused[]> {
  return database.write(async (db) => {
    const rows = await db.query<{ partner_id: number; url: string; failing_since: Date }>(sql`
      update webhooks
      set paused_at = now()
      where partner_id in (
        select partner_id
        from webhooks w
        where paused_at is null and url <> ''
          and failing_since <= now() - ${PATIENCE} * interval '1 second'
          -- The last try was refused: while nobody tried, as when no node ran, no patience ends.
          and open_at > now()
          and not exists (
            select from delivery_lanes l
            where l.partner_id = w.partner_id and l.lease is not null and l.due_at > now())
        for no key update skip locked)
      returning partner_id, url, failing_since`);
    const paused: Paused[] = [];
    for (const { partner_id: partnerId, url, failing_since: since } of rows) {
      await record(db, BY, {
        type: 'webhook.paused',
        partnerId,
        changes: { state: { from: 'active', to: 'paused' } },
      });
      const [partner] = await db.query<{ name: string; waiting: number }>(sql`
        select p.name,
          (select coalesce(sum(l.waiting), 0) from delivery_lanes l
           where l.partner_id = p.partner_id and l.due_at is not null)::integer as waiting
        from partners p
        where p.partner_id = ${partnerId}`);
      const administrators = await listAdministrators(db, partnerId);
      paused.push({
        ...{ partnerId, url, since, administrators },
        partnerName: partner?.name ?? '',
        waiting: partner?.waiting ?? 0,
      });
    }
    return paused;
  });
}

/** One letter to each of the partner's administrators. */
export const pausedLetters = ({ administrators, ...paused }: Paused): Letter[] =>
  administrators.map(({ email, name, language }) =>
    webhookPausedLetter({ ...paused, to: email, name, language, days: DELIVERY_DAYS }),
  );
