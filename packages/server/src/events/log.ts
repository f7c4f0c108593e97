/** The account's activity as its workspace may see it: never who the partner's programs are. */
import {
  type ActivityLog,
  accountEventTypes,
  type PageCalls,
  type Role,
} from '@switchboard/contract';
import sql, { empty, type Sql } from 'sql-template-tag';
import type { AccountVerb } from '../agents/agent.ts';
import { SHOWN_NAME } from '../agents/arrival.ts';
import type { Entered } from '../agents/gate.ts';

type Entry = ActivityLog['entries'][number];

type Row = Omit<Entry, 'at' | 'actor'> & {
  at: Date;
  actor_kind: 'credential' | 'person' | 'agent' | 'operator' | 'system';
  actor_name: string | null;
  actor_role: Role | null;
};

const PAGE = 50;
// Events that one page of a narrowed log looks at: a partner's program may have written millions.
const MOST_LOOKED_AT = 2_000;
const MOST_WHO_LEFT = 50;

/**
 * A page of the log, newest first. `status_reason`, why the
 * operator holds it, addresses and client ids stay out. `before` is
 * the `next` of the page before; `limit` is 50 entries by default. A page looks at 2,000 events at
 * most, and may be shorter than its limit, or empty, with others to follow.
 */
export const listActivity: AccountVerb<PageCalls['listActivity']> = async (
  { before = Number.MAX_SAFE_INTEGER, limit = PAGE, person, kind },
  { db, entered },
) => {
  const isNarrowed = person !== undefined || kind !== undefined;
  const lookedAt = isNarrowed ? MOST_LOOKED_AT : limit + 1;
  const { server, accountId } = entered;
  const rows = await db.query<Row & { looked_to: number; looked_at: number }>(sql`
    with looked as (
      select event_id, at, type, changes - 'held' as changes, actor_kind, actor_id, subject
      from events
      where server = ${server} and account_id = ${accountId} and event_id < ${before}
      order by event_id desc
      limit ${lookedAt}
    ),
    found as (
      select * from looked e
      where true
        ${kind ? sql`and e.type = any (${accountEventTypes(kind)})` : empty}
        ${person ? sql`and ${isOf(person)}` : empty}
      order by event_id desc
      limit ${limit + 1}
    )
    select l.looked_to, l.looked_at, e.event_id as id, e.at, e.type, e.changes, e.actor_kind,
      ${nameOf(entered, sql`case when e.actor_kind = 'agent' then e.actor_id end`)} as actor_name,
      ${roleOf(entered)} as actor_role,
      ${nameOf(entered, sql`e.subject`)} as agent
    from (select min(event_id) as looked_to, count(*)::integer as looked_at from looked) l
    left join found e on true
    order by e.event_id desc`);
  const [first] = rows;
  const found = rows.filter(({ id }) => id !== null);
  const entries = found.slice(0, limit);
  const isFurther = found.length > limit;
  const isAll = (first?.looked_at ?? 0) < lookedAt;
  return {
    entries: entries.map((row) => ({
      id: row.id,
      at: row.at.toISOString(),
      type: row.type,
      actor: actorOf(row, entered.support.name),
      agent: row.agent,
      changes: row.changes,
    })),
    next: isFurther ? (entries.at(-1)?.id ?? null) : isAll ? null : (first?.looked_to ?? null),
  };
};

/** Whom the log can be narrowed to: the partner, the agents, and the fifty who left last. */
export const listActivityPeople: AccountVerb<PageCalls['listActivityPeople']> = async (
  _input,
  { db, entered },
) => {
  const { server, accountId, support } = entered;
  const agents = await db.query<{ person: string; name: string; has_left: boolean }>(sql`
    select g.agent_id::text as person, ${SHOWN_NAME} as name, false as has_left
    from agents g
    where g.server = ${server} and g.account_id = ${accountId}
    order by g.agent_id`);
  const left = await db.query<{ person: string; name: string; has_left: boolean }>(sql`
    select subject as person, ${LAST_NAME} as name, true as has_left
    from events r
    where server = ${server} and account_id = ${accountId} and type = 'agent.removed'
    order by event_id desc
    limit ${MOST_WHO_LEFT}`);
  const partner = { person: 'partner' as const, name: support.name, has_left: false };
  return { people: [partner, ...agents, ...left] };
};

const isOf = (person: string): Sql =>
  person === 'partner'
    ? sql`e.actor_kind in ('credential', 'person')`
    : sql`(e.actor_kind = 'agent' and e.actor_id = ${person} or e.subject = ${person})`;

// What the event of a removal kept, under the name that it has or had.
const LAST_NAME = sql`coalesce(r.changes->'name'->>'from', r.changes->'display_name'->>'from', '')`;

const numberIn = (text: Sql): Sql =>
  sql`case when ${text} ~ '^[0-9]{1,7}$' then (${text})::integer end`;

/** Of an agent by number; somebody who left is called by the name that their last event kept. */
const nameOf = ({ server, accountId }: Entered, text: Sql): Sql => sql`coalesce(
  (select ${SHOWN_NAME} from agents g
   where g.server = ${server} and g.account_id = ${accountId}
     and g.agent_id = ${numberIn(text)}),
  (select ${LAST_NAME} from events r
   where r.server = ${server} and r.account_id = ${accountId} and r.subject = ${text}
     and r.type = 'agent.removed'
   order by r.event_id desc
   limit 1))`;

/** The actor's role then: what the next change of it began with, or, without one, what it is now. */
const roleOf = ({ server, accountId }: Entered): Sql => sql`case when e.actor_kind = 'agent' then
  coalesce(
    (select c.changes->'role'->>'from' from events c
     where c.server = ${server} and c.account_id = ${accountId} and c.subject = e.actor_id
       and c.type in ('agent.updated', 'agent.removed') and c.event_id >= e.event_id
     order by c.event_id
     limit 1),
    (select g.role from agents g
     where g.server = ${server} and g.account_id = ${accountId}
       and g.agent_id = ${numberIn(sql`e.actor_id`)})) end`;

function actorOf({ actor_kind, actor_name, actor_role }: Row, supportName: string): Entry['actor'] {
  if (actor_kind === 'agent') return { kind: 'agent', name: actor_name ?? '', role: actor_role };
  const kind = actor_kind === 'operator' || actor_kind === 'system' ? actor_kind : 'partner';
  return { kind, name: kind === 'partner' ? supportName : '', role: null };
}
