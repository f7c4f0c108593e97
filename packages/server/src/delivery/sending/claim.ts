/**
 * Whose turn it is. What is taken is an account's lane with the first of what waits in it, for as
 * long as a lease; partners take turns, and an address in trouble is given one at a time.
 */
import { randomUUID } from 'node:crypto';
import sql from 'sql-template-tag';
import type { Database, Db } from '../../database/database.ts';
import { TOLD_COLUMNS, type ToldEvent } from '../payload.ts';
import type { Webhook } from '../webhook.ts';

/** Seconds after which what a killed node had taken is another's. */
export const LEASE_SECONDS = 15;
/** Of one account, sent one after the other. */
const MOST_OF_LANE = 8;

/** An account's deliveries, in their order, and what holds them. */
export type Lane = {
  server: string;
  accountId: number;
  partnerId: number;
  lease: string;
  /** Of an address in trouble: one delivery, to see whether it takes again. */
  isProbe: boolean;
  deliveries: ToldEvent[];
};

export type Claimed = { lanes: Lane[]; webhooks: Map<number, Webhook> };

export type Room = {
  /** Lanes in all. */
  lanes: number;
  /** Of a partner that nothing is known of. */
  each: number;
  /** What others may have more. */
  of: ReadonlyMap<number, number>;
};

/** @throws DatabaseUnavailable */
export async function claim(database: Database, room: Room): Promise<Claimed> {
  return database.write(async (db) => {
    // A claim that a crash loses is as if it had not been made.
    await db.query(sql`select set_config('synchronous_commit', 'off', true)`);
    const taken = await takeLanes(db, room);
    if (taken.length === 0) return { lanes: [], webhooks: new Map() };
    // With a snapshot of its own: what the last holder of a lane recorded is seen for certain.
    const deliveries = await firstOf(db, taken);
    const lanes = new Map<string, Lane>();
    for (const { server, account_id, partner_id, lease, in_trouble } of taken)
      lanes.set(`${server}/${account_id}`, {
        ...{ server, accountId: account_id, partnerId: partner_id },
        ...{ lease, isProbe: in_trouble, deliveries: [] },
      });
    for (const told of deliveries)
      lanes.get(`${told.server}/${told.account_id}`)?.deliveries.push(told);
    const isEmpty = (lane: Lane) => lane.deliveries.length === 0;
    await forget(db, [...lanes.values()].filter(isEmpty));
    const webhooks = new Map(taken.map((row) => [row.partner_id, webhookOf(row)]));
    return { lanes: [...lanes.values()].filter((lane) => !isEmpty(lane)), webhooks };
  });
}

type Taken = Webhook & { server: string; account_id: number; lease: string; in_trouble: boolean };

const webhookOf = ({ partner_id, url, secret, previous_secret, previous_until }: Taken) => ({
  ...{ partner_id, url, secret, previous_secret, previous_until },
});

/** Partners are found by one look into the index each, however much waits for them. */
function takeLanes(db: Db, { lanes, each, of }: Room): Promise<Taken[]> {
  return db.query<Taken>(sql`
    with recursive waiting (partner_id) as (
      select min(partner_id) from delivery_lanes where due_at is not null
      union all
      select (select min(l.partner_id) from delivery_lanes l
              where l.due_at is not null and l.partner_id > p.partner_id)
      from waiting p
      where p.partner_id is not null
    ),
    due as materialized (
      select w.partner_id, w.probes is not null as in_trouble
      from waiting p
      join webhooks w using (partner_id)
      join partners on partners.partner_id = w.partner_id and partners.suspended_at is null
      where w.url <> '' and w.paused_at is null and w.open_at <= now()
        and exists (select from delivery_lanes l
                    where l.partner_id = w.partner_id and l.due_at <= now())
    ),
    -- One of all nodes has the probe; the row is locked before any lane is, and never waited for.
    ripe as materialized (
      select partner_id
      from webhooks
      where partner_id in (select partner_id from due where in_trouble)
        and probes is not null and open_at <= now()
      for no key update skip locked
    ),
    probing as (
      update webhooks w
      set open_at = now() + ${LEASE_SECONDS} * interval '1 second'
      from ripe
      where w.partner_id = ripe.partner_id
      returning w.partner_id
    ),
    open as materialized (
      select partner_id, true as in_trouble, 1 as room from probing
      union all
      select due.partner_id, false, coalesce(r.lanes, ${each})
      from due
      left join unnest(${[...of.keys()]}::integer[], ${[...of.values()]}::integer[])
        r (partner_id, lanes) using (partner_id)
      where not due.in_trouble
    ),
    turns as materialized (
      select l.*, o.in_trouble,
        row_number() over (partition by l.partner_id order by l.due_at) as turn
      from open o
      cross join lateral (
        select server, account_id, partner_id, due_at
        from delivery_lanes
        where partner_id = o.partner_id and due_at <= now()
        order by due_at
        limit greatest(o.room, 0)
        for update skip locked
      ) l
    ),
    chosen as (
      select server, account_id, in_trouble from turns order by turn, due_at limit ${lanes}
    ),
    taken as (
      update delivery_lanes l
      set lease = ${randomUUID()}, due_at = now() + ${LEASE_SECONDS} * interval '1 second'
      from chosen c
      where l.server = c.server and l.account_id = c.account_id
        and l.account_id = any (array(select account_id from chosen))
      returning l.server, l.account_id, l.partner_id, l.lease, c.in_trouble
    )
    select t.*, w.url, w.secret, w.previous_secret, w.previous_until
    from taken t
    join webhooks w using (partner_id)`);
}

/** Of an address in trouble one: the others would use up its patience. */
function firstOf(db: Db, taken: Taken[]): Promise<ToldEvent[]> {
  return db.query<ToldEvent>(sql`
    select ${TOLD_COLUMNS}
    from unnest(${taken.map((lane) => lane.server)}::text[],
                ${taken.map((lane) => lane.account_id)}::integer[],
                ${taken.map((lane) => (lane.in_trouble ? 1 : MOST_OF_LANE))}::integer[])
      as lane (server, account_id, most)
    cross join lateral (
      select event_id
      from deliveries
      where server = lane.server and account_id = lane.account_id and state = 'waiting'
      order by event_id
      limit lane.most
    ) d
    join events e using (event_id)
    order by e.event_id`);
}

/** What waited was delivered by somebody's wish, or has been removed. */
async function forget(db: Db, lanes: Lane[]): Promise<void> {
  if (lanes.length === 0) return;
  await db.query(sql`
    update delivery_lanes l
    set waiting = 0, due_at = null, lease = null
    from unnest(${lanes.map(({ server }) => server)}::text[],
                ${lanes.map(({ accountId }) => accountId)}::integer[]) lane (server, account_id)
    where l.server = lane.server and l.account_id = lane.account_id`);
}
