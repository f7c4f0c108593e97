/** The account's activity as its workspace may see it: never who the partner's programs are. */
import type { ActivityLog, PageCalls } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { AccountVerb } from '../agents/agent.ts';

type Row = Omit<ActivityLog['entries'][number], 'at' | 'actor'> & {
  at: Date;
  actor_kind: 'credential' | 'person' | 'agent' | 'operator' | 'system';
  agent_name: string | null;
  support_name: string;
};

const PAGE = 50;

/**
 * A page of the log, newest first. `status_reason`, addresses and client ids stay out. `before` is
 * the `next` of the page before; `limit` is 50 entries by default.
 */
export const listActivity: AccountVerb<PageCalls['listActivity']> = async (
  { before, limit = PAGE },
  { db, entered },
) => {
  const { server, accountId } = entered;
  // Somebody who left is called by the name that their last event kept.
  const rows = await db.query<Row>(sql`
    with names as (
      select agent_id::text as agent_id, display_name
      from agents
      where server = ${server} and account_id = ${accountId}
      union all
      select subject, changes->'display_name'->>'from'
      from events
      where server = ${server} and account_id = ${accountId} and type = 'agent.removed'
    )
    select e.event_id as id, e.at, e.type, e.changes, e.actor_kind,
      (select min(display_name) from names where agent_id = e.actor_id) as agent_name,
      (select min(display_name) from names where agent_id = e.subject) as agent,
      p.support_name
    from events e
    join partners p on p.partner_id = e.partner_id
    where e.server = ${server} and e.account_id = ${accountId}
      and e.event_id < ${before ?? Number.MAX_SAFE_INTEGER}
    order by e.event_id desc
    limit ${limit + 1}`);
  const entries = rows.slice(0, limit);
  return {
    entries: entries.map(({ at, actor_kind, agent_name, support_name, ...entry }) => ({
      id: entry.id,
      at: at.toISOString(),
      type: entry.type,
      actor: actorOf(actor_kind, agent_name, support_name),
      agent: entry.agent,
      changes: entry.changes,
    })),
    next: rows.length > limit ? (entries.at(-1)?.id ?? null) : null,
  };
};

function actorOf(
  kind: Row['actor_kind'],
  agentName: string | null,
  supportName: string,
): ActivityLog['entries'][number]['actor'] {
  if (kind === 'agent') return { kind, name: agentName ?? '' };
  if (kind === 'operator' || kind === 'system') return { kind, name: '' };
  return { kind: 'partner', name: supportName };
}
