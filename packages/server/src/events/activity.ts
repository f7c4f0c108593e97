/** A partner's activity, newest first, for whoever looks something up. */
import { type Answer, type EventType, type Input, partnerActivity } from '@switchboard/contract';
import sql, { empty, type Sql } from 'sql-template-tag';
import { loadAccount, mainServer, requireServer } from '../accounts/account.ts';
import { SHOWN_NAME } from '../agents/arrival.ts';
import type { Db } from '../database/database.ts';
import type { Context, Operation } from '../operation.ts';

const USUAL_LIMIT = 50;
// Of the partner's own events, in one answer.
const MOST_LOOKED_AT = 5_000;
// An event's time is its statement's; its number may have been drawn some time before or after.
const SKEW = sql`interval '10 minutes'`;

type Ctx = Context<'getActivity'>;
type Listed = Answer<'getActivity'>['list'][number];
type Row = Omit<Listed, 'timestamp' | 'actor' | 'subject'> & {
  at: Date;
  actor_kind: Listed['actor']['kind'];
  actor_id: string;
  actor_name: string | null;
  subject: string | null;
  subject_name: string | null;
};

export const getActivity: Operation<'getActivity'> = (input, ctx) =>
  ctx.read(async (db) => {
    const { limit = USUAL_LIMIT, before } = input;
    const of = await whoseOf(db, input, ctx);
    const cursor = input.cursor === undefined ? undefined : Number(input.cursor);
    const start = cursor ?? (before === undefined ? undefined : await numberAt(db, of, before));
    const { rows, lookedTo, isAll } = await look(db, of, start, input, limit);
    const isFurther = rows.length > limit;
    const list = rows.slice(0, limit);
    const next = isFurther ? list.at(-1)?.event_id : isAll ? undefined : lookedTo;
    return {
      list: list.map(toWire),
      ...(next !== undefined && { next_cursor: String(next) }),
    };
  });

/** Whose events are looked at: the account's, which has an index of its own, or the partner's. */
async function whoseOf(db: Db, { account_id, server }: Input<'getActivity'>, ctx: Ctx) {
  const own = sql`partner_id = ${ctx.partnerId}`;
  if (account_id === undefined) {
    // A server has no index: it narrows what was looked at.
    if (server !== undefined) await requireServer(db, ctx, server);
    return own;
  }
  const at = server ?? (await mainServer(db, ctx));
  await loadAccount(db, ctx, at, account_id);
  return sql`${own} and server = ${at} and account_id = ${account_id}`;
}

async function look(
  db: Db,
  of: Sql,
  start: number | undefined,
  { server, kind, actor, after, before }: Input<'getActivity'>,
  limit: number,
): Promise<{ rows: Row[]; lookedTo: number | undefined; isAll: boolean }> {
  const types: EventType[] = partnerActivity(kind);
  const found = await db.query<
    Row & { looked_to: number | null; looked_at: number; looked_back: boolean }
  >(sql`
    with looked as materialized (
      select event_id, at, type, server, actor_id
      from events
      where ${of} ${start === undefined ? empty : sql`and event_id < ${start}`}
      order by event_id desc
      limit ${MOST_LOOKED_AT}
    ),
    found as (
      select event_id
      from looked
      where type = any (${types})
        ${server === undefined ? empty : sql`and server = ${server}`}
        ${actor === undefined ? empty : sql`and actor_id = ${actor}`}
        ${after === undefined ? empty : sql`and at >= to_timestamp(${after})`}
        ${before === undefined ? empty : sql`and at < to_timestamp(${before})`}
      order by event_id desc
      limit ${limit + 1}
    )
    select l.looked_to, l.looked_at, l.looked_back, e.event_id, e.type, e.at, e.account_id,
      e.server, e.account_name, e.changes, e.status_reason, e.request_id,
      case when e.actor_kind in ('credential', 'person') then e.address end as address,
      e.actor_kind, e.actor_id, ${nameOf(sql`e.actor_kind`, sql`e.actor_id`)} as actor_name,
      e.subject, coalesce(${nameOf(SUBJECT_KIND, sql`e.subject`)},
        e.agent ->> 'display_name') as subject_name
    from (
      select min(event_id) as looked_to, count(*)::integer as looked_at,
        ${after === undefined ? sql`false` : sql`coalesce(min(at) < to_timestamp(${after}) - ${SKEW}, false)`}
          as looked_back
      from looked
    ) l
    left join events e on e.event_id = any (array(select event_id from found))
    order by e.event_id desc`);
  const [first] = found;
  return {
    rows: found.filter(({ event_id }) => event_id !== null),
    lookedTo: first?.looked_to ?? undefined,
    isAll: (first?.looked_at ?? 0) < MOST_LOOKED_AT || first?.looked_back === true,
  };
}

/** The number of the first event that is surely after a time: they are nearly in its order. */
async function numberAt(db: Db, of: Sql, seconds: number): Promise<number | undefined> {
  const [ends] = await db.query<{ low: number | null; high: number | null }>(sql`
    select (select event_id from events where ${of} order by event_id limit 1) as low,
      (select event_id from events where ${of} order by event_id desc limit 1) as high`);
  let [low, high] = [ends?.low ?? 0, (ends?.high ?? 0) + 1];
  while (high - low > MOST_LOOKED_AT / 5) {
    const middle = Math.floor((low + high) / 2);
    const [row] = await db.query<{ is_late: boolean }>(sql`
      select at >= to_timestamp(${seconds}) + ${SKEW} as is_late
      from events
      where ${of} and event_id >= ${middle}
      order by event_id
      limit 1`);
    if (!row || row.is_late) high = middle;
    else low = middle;
  }
  return high;
}

const SUBJECT_KIND = sql`case when e.type like 'credential.%' then 'credential'
  when e.type like 'member.%' then 'person'
  when e.type like 'agent.%' or e.type like 'login_link.%' then 'agent' end`;

/** As it is called now; null for what is gone or has no name. */
const nameOf = (kind: Sql, id: Sql): Sql => sql`case ${kind}
  when 'credential' then (select label from credentials where client_id = ${id})
  when 'person' then (select name from persons where id = case when ${id} ~ '^[0-9a-f-]{36}$' then (${id})::uuid end)
  when 'agent' then (select ${SHOWN_NAME} from agents g
    where g.server = e.server and g.account_id = e.account_id 
      and g.agent_id = case when ${id} ~ '^[0-9]{1,7}$' then (${id})::integer end) end`;

const toWire = (row: Row): Listed => ({
  event_id: row.event_id,
  type: row.type,
  timestamp: row.at.toISOString(),
  account_id: row.account_id,
  server: row.server,
  account_name: row.account_name,
  subject: row.subject === null ? null : { id: row.subject, name: row.subject_name ?? '' },
  changes: row.changes,
  status_reason: row.status_reason,
  actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name ?? '' },
  address: row.address,
  request_id: row.request_id,
});
