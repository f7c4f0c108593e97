/**
 * Reading the log on from where one has read: live pages, deliveries and the feed each keep a
 * position of their own. It is a snapshot, not a number: numbers are not in the order of commits,
 * and a transaction that is open anywhere would hold back every horizon.
 */
import type { EventType } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Db } from '../database/database.ts';

/**
 * Up to where somebody has read. Worth nothing in another cluster: its transactions have other
 * numbers.
 */
export type Position = {
  /** What was visible then: a `pg_snapshot` as text. */
  snapshot: string;
  /** A window with more rows than one piece is read piece by piece, each of the same snapshot. */
  within?: { upTo: string; after: number };
};

/** What happened, and to whom; whatever else a reader wants it reads by `event_id`. */
export type EventRow = {
  event_id: number;
  type: EventType;
  partner_id: number | null;
  server: string | null;
  account_id: number | null;
  subject: string | null;
};

export type Window = {
  rows: EventRow[];
  next: Position;
  /** Which start of which PostgreSQL answered: a position in memory is worth nothing to another. */
  source: string;
};

type Now = { snapshot: string; source: string };
const NOW = sql`
  select pg_current_snapshot()::text as snapshot, pg_postmaster_start_time()::text as source`;
const COLUMNS = sql`e.event_id, e.type, e.partner_id, e.server, e.account_id, e.subject`;

/** The position of somebody who has read everything so far. */
export async function currentPosition(db: Db): Promise<Window> {
  const [now] = await db.query<Now>(NOW);
  if (!now) throw new Error('a snapshot is always there');
  return { rows: [], next: { snapshot: now.snapshot }, source: now.source };
}

/**
 * The events that are visible now and were not at a position, in the order of their numbers, in
 * which those of one account are as they happened. Reading on from `next` gives every committed
 * event exactly once.
 *
 * @param most rows of one answer; `next.within` says that there may be more at once
 */
export async function readWindow(db: Db, position: Position, most: number): Promise<Window> {
  const { snapshot, within } = position;
  const found = within
    ? await readPiece(db, snapshot, within, most)
    : await readFirst(db, snapshot, most);
  const [now] = found;
  if (!now) throw new Error('a snapshot is always there');
  const rows = found.flatMap(({ snapshot: _, source: __, ...row }) =>
    row.event_id === null ? [] : [row as EventRow],
  );
  const { source } = now;
  const upTo = within?.upTo ?? now.snapshot;
  const last = rows.at(-1);
  if (!last || rows.length < most) return { rows, next: { snapshot: upTo }, source };
  return { rows, next: { snapshot, within: { upTo, after: last.event_id } }, source };
}

/** Also where there is no event the answer says what it saw. */
type Found = Now & { [C in keyof EventRow]: EventRow[C] | null };

/** Transactions that were under way then, or had not begun. As parameters: joined, it is a scan. */
function readFirst(db: Db, snapshot: string, most: number): Promise<Found[]> {
  // `xmin:xmax:xip,…`, each up to 20 digits.
  const [, end = '', underWay = ''] = snapshot.split(':');
  return db.query<Found>(sql`
    with fresh as materialized (
      select event_id from events where transaction_id >= ${end}::xid8
      union all
      select event_id from events where transaction_id = any (${`{${underWay}}`}::xid8[])
    )
    select now.snapshot, now.source, ${COLUMNS}
    from (${NOW}) now
    left join events e
      on e.event_id = any (array(select event_id from fresh order by event_id limit ${most}))
    order by e.event_id`);
}

/** What has become visible since the first piece belongs to the next window. */
function readPiece(
  db: Db,
  snapshot: string,
  { upTo, after }: NonNullable<Position['within']>,
  most: number,
): Promise<Found[]> {
  return db.query<Found>(sql`
    select now.snapshot, now.source, ${COLUMNS}
    from (${NOW}) now
    left join lateral (
      select *
      from events
      where event_id > ${after}
        and not pg_visible_in_snapshot(transaction_id, ${snapshot}::pg_snapshot)
        and pg_visible_in_snapshot(transaction_id, ${upTo}::pg_snapshot)
      order by event_id
      limit ${most}
    ) e on true
    order by e.event_id`);
}
