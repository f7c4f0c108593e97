/** The append-only log: one row for each change, in the transaction of the change. */
import type { AccountEventType, EventType } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Db } from '../database/database.ts';
import type { Surroundings } from '../operation.ts';

/** What changed, each value before and after. */
export type Changes = Record<string, { from: unknown; to: unknown }>;

export type Event = {
  partnerId: number | null;
  /** What else it is about: an agent's number, a client id, a server's name. */
  subject?: string;
  changes?: Changes;
} & (
  | { type: AccountEventType; account: { server: string; accountId: number } }
  | { type: Exclude<EventType, AccountEventType>; account?: never }
);

/** Who did it, from where, in which request. */
export type Recorder = Pick<Surroundings, 'actor' | 'address' | 'requestId'>;

/** Records an event with its actor, address and request. Call it inside the change's transaction. */
export async function record(db: Db, ctx: Recorder, event: Event): Promise<void> {
  await db.query(sql`
    insert into events
      (type, partner_id, server, account_id, subject,
       actor_kind, actor_id, address, request_id, changes)
    values (
      ${event.type}, ${event.partnerId},
      ${event.account?.server ?? null}, ${event.account?.accountId ?? null},
      ${event.subject ?? null},
      ${ctx.actor.kind}, ${ctx.actor.id}, ${ctx.address}, ${ctx.requestId},
      ${JSON.stringify(event.changes ?? {})}
    )`);
}
