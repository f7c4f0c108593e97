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

/**
 * Records an event with its actor, address and request, and what its account and agent are now. Call
 * it inside the change's transaction with the account's row held; before an agent's row goes.
 */
export async function record(db: Db, ctx: Recorder, event: Event): Promise<void> {
  await db.query(sql`
    insert into events
      (type, partner_id, server, account_id, subject,
       actor_kind, actor_id, address, request_id, changes,
       account_name, reference, revision, agent)
    select e.*, a.account_name, a.reference, a.revision,
      case when g.agent_id is not null then jsonb_build_object(
        'id', g.agent_id, 'role', g.role, 'display_name', g.display_name) end
    from (values (
      ${event.type}, ${event.partnerId}::integer,
      ${event.account?.server ?? null}, ${event.account?.accountId ?? null}::integer,
      ${event.subject ?? null},
      ${ctx.actor.kind}, ${ctx.actor.id}, ${ctx.address}, ${ctx.requestId},
      ${JSON.stringify(event.changes ?? {})}::jsonb
    )) e (type, partner_id, server, account_id, subject,
          actor_kind, actor_id, address, request_id, changes)
    left join accounts a using (server, account_id)
    left join agents g on e.type like 'agent.%' and g.server = e.server
      and g.account_id = e.account_id and g.agent_id::text = e.subject`);
}
