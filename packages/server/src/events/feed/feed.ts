/**
 * Reading a partner's feed on. It owns that every event comes once and none behind a position that
 * was given out: a position is a snapshot, and the next window is what another snapshot, taken
 * later, sees beyond it (ADR 8). What one answer costs is bounded, whatever the log holds: a window
 * is found by the numbers of its transactions where these are few, else piece by piece along the
 * partner's own events. Both find the same rows in the same order, so each answer chooses anew.
 */
import type { EventType } from '@switchboard/contract';
import sql, { empty, join, type Sql } from 'sql-template-tag';
import type { Db } from '../../database/database.ts';
import type { FeedPosition } from './feed-cursor.ts';

export type FeedFilter = {
  partnerId: number;
  types: readonly EventType[];
  server: string | null;
  /** Only with its server. */
  accountId: number | null;
};

export type FeedRow = {
  event_id: number;
  type: EventType;
  at: Date;
  account_id: number | null;
  server: string | null;
  reference: string | null;
  subject: string | null;
  changes: Record<string, unknown>;
  status_reason: string | null;
  actor_kind: 'credential' | 'person' | 'agent' | 'operator' | 'system';
  actor_id: string;
  agent: { id: number; role: string; display_name: string } | null;
  request_id: string | null;
};

export type FeedPage = {
  rows: FeedRow[];
  next: FeedPosition;
  /** Everything that there was is read. */
  isPresent: boolean;
};

/** Now: the log that there is, and what is visible of it. */
export type LogNow = { logId: string; snapshot: string };

/** What one answer looks at, at most. */
type FeedBounds = {
  /** Of the partner's own events. */
  own: number;
  /** Of everybody's, in a window: a milestone comes some time after 5,000 (delivery/sending/dispatch.ts). */
  window: number;
};
const BOUNDS: FeedBounds = { own: 5_000, window: 10_000 };

export async function logNow(db: Db): Promise<LogNow> {
  const [now] = await db.query<LogNow>(sql`
    select log_id as "logId", pg_current_snapshot()::text as snapshot from installation`);
  if (!now) throw new Error('an installation is always there');
  return now;
}

/** Whether a position is of this log: not of another one, nor of what this one has lost. */
export const isOf = ({ logId, from, within }: FeedPosition, now: LogNow): boolean =>
  logId === now.logId &&
  [from, within?.upTo].every((snapshot) => !snapshot || endOf(snapshot) <= endOf(now.snapshot));

/**
 * The next events from a position on, at most `limit`, in the order of their numbers, in which
 * those of one account are as they happened.
 *
 * @param position null for the beginning
 * @param now of `logNow`, which `isOf` has compared with the position
 */
export async function readFeed(
  db: Db,
  position: FeedPosition | null,
  now: LogNow,
  filter: FeedFilter,
  limit: number,
  bounds = BOUNDS,
): Promise<FeedPage> {
  const from = position?.from ?? null;
  const { logId } = now;
  const begun = position?.within?.upTo ?? null;
  const window = await windowFrom(db, { from, begun, now: now.snapshot }, bounds.window);
  const { upTo } = window;
  const after = position?.within?.after ?? 0;
  const piece = { from, upTo, after, filter, limit };
  const { rows, readTo } =
    window.isShort && from !== null
      ? await readByTransaction(db, { ...piece, from })
      : await readByPartner(db, piece, bounds.own);
  return readTo === null
    ? { rows, next: { logId, from: upTo, within: null }, isPresent: upTo === now.snapshot }
    : { rows, next: { logId, from, within: { upTo, after: readTo } }, isPresent: false };
}

/**
 * Where the window ends. Somebody who was away long goes from one milestone to the next. Only a
 * snapshot that was true at some time may end a window: with the transactions below a number, say,
 * an account's later event could come first, for a transaction may have its number long before it
 * gets the account's lock.
 */
async function windowFrom(
  db: Db,
  { from, begun, now }: { from: string | null; begun: string | null; now: string },
  most: number,
): Promise<{ upTo: string; isShort: boolean }> {
  const upTo = begun ?? now;
  if (from === null) return { upTo, isShort: false };
  if (await isShort(db, from, upTo, most)) return { upTo, isShort: true };
  if (begun !== null) return { upTo, isShort: false };
  const [milestone] = await db.query<{ snapshot: string }>(sql`
    select snapshot::text as snapshot
    from log_milestones
    where pg_snapshot_xmax(snapshot) > ${endOf(from)}::text::xid8
    order by pg_snapshot_xmax(snapshot)
    limit 1`);
  return milestone && (await isShort(db, from, milestone.snapshot, most))
    ? { upTo: milestone.snapshot, isShort: true }
    : { upTo, isShort: false };
}

/** Counts no further than is asked; ordered, or a scan from the beginning looks as good. */
async function isShort(db: Db, from: string, upTo: string, most: number): Promise<boolean> {
  const parts = between(from, upTo).map(
    (part) => sql`(select transaction_id from events where ${part}
      order by transaction_id limit ${most + 1})`,
  );
  const [found] = await db.query<{ events: number }>(sql`
    select count(*) as events from (
      ${join(parts, ' union all ')}
      limit ${most + 1}) e`);
  return (found?.events ?? 0) <= most;
}

type Piece<From = string | null> = {
  from: From;
  upTo: string;
  after: number;
  filter: FeedFilter;
  limit: number;
};
/** `readTo`: the last event that was looked at; null where the window has no more. */
type Read = { rows: FeedRow[]; readTo: number | null };

async function readByTransaction(
  db: Db,
  { from, upTo, after, filter, limit }: Piece<string>,
): Promise<Read> {
  const parts = between(from, upTo).map((part) => sql`${LOOKED_AT} where ${part}`);
  const rows = await db.query<FeedRow>(sql`
    with fresh as materialized (${join(parts, ' union all ')})
    select ${COLUMNS}
    from events e
    where e.event_id = any (array(
      select event_id
      from fresh
      where event_id > ${after} and ${matching(filter)}
        and pg_visible_in_snapshot(transaction_id, ${upTo}::pg_snapshot)
      order by event_id
      limit ${limit}))
    order by e.event_id`);
  return { rows, readTo: rows.length < limit ? null : (rows.at(-1)?.event_id ?? null) };
}

async function readByPartner(
  db: Db,
  { from, upTo, after, filter, limit }: Piece,
  most: number,
): Promise<Read> {
  const { partnerId, server, accountId } = filter;
  // An account's events have an index of their own.
  const own =
    accountId === null
      ? sql`partner_id = ${partnerId}`
      : sql`server = ${server} and account_id = ${accountId}`;
  const found = await db.query<FeedRow & { looked_to: number | null; looked_at: number }>(sql`
    with looked as materialized (
      ${LOOKED_AT}
      where ${own} and event_id > ${after}
      order by event_id
      limit ${most}
    )
    select l.looked_to, l.looked_at, ${COLUMNS}
    from (select max(event_id) as looked_to, count(*) as looked_at from looked) l
    left join events e on e.event_id = any (array(
      select event_id
      from looked
      where ${matching(filter)}
        and pg_visible_in_snapshot(transaction_id, ${upTo}::pg_snapshot)
        ${from === null ? empty : sql`and not pg_visible_in_snapshot(transaction_id, ${from}::pg_snapshot)`}
      order by event_id
      limit ${limit}))
    order by e.event_id`);
  const rows = found.filter(({ event_id }) => event_id !== null);
  const [first] = found;
  if (rows.length === limit) return { rows, readTo: rows.at(-1)?.event_id ?? null };
  const isAll = (first?.looked_at ?? 0) < most;
  return { rows, readTo: isAll ? null : (first?.looked_to ?? null) };
}

/**
 * The transactions that one snapshot did not see and another one might: those that had not begun,
 * and those under way. As parameters: joined, it is a scan.
 */
function between(from: string, upTo: string): [Sql, Sql] {
  const [, end = '', underWay = ''] = from.split(':');
  return [
    sql`transaction_id >= ${end}::text::xid8 and transaction_id < ${endOf(upTo)}::text::xid8`,
    sql`transaction_id = any (${`{${underWay}}`}::xid8[])`,
  ];
}

const endOf = (snapshot: string): number => Number(snapshot.split(':')[1]);

const matching = ({ partnerId, types, server, accountId }: FeedFilter): Sql => sql`
  partner_id = ${partnerId} and type = any (${types})
  ${server === null ? empty : sql`and server = ${server}`}
  ${accountId === null ? empty : sql`and account_id = ${accountId}`}`;

const LOOKED_AT = sql`
  select event_id, type, partner_id, server, account_id, transaction_id from events`;
const COLUMNS = sql`e.event_id, e.type, e.at, e.account_id, e.server, e.reference, e.subject, e.changes,
  e.status_reason, e.actor_kind, e.actor_id, e.agent, e.request_id`;
