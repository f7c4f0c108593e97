/**
 * Limits on tries that may fail. A try is *reserved* before it is judged, so that a burst cannot
 * pass a limit; then it is given back or settled as a failure. All by the database's clock, on
 * every node alike.
 */
import { createHash } from 'node:crypto';
import sql from 'sql-template-tag';
import type { Db } from '../database/database.ts';

/** What a try is counted under. */
export type Limit = {
  /** A hash: what it is made of stays out of the table. */
  key: Buffer;
  /** Failures, and tries under way, at most. */
  most: number;
  /** Seconds in which they count. */
  windowSeconds: number;
  /** Seconds that nothing is tried once `most` failures are reached; 0: until one is too old. */
  blockSeconds: number;
};

/** A key of whatever a limit is about; no two lists of words have the same. */
export const limitKey = (...about: readonly string[]): Buffer =>
  createHash('sha256').update(JSON.stringify(about)).digest();

// A try whose outcome nobody wrote down (a node was killed) is forgotten after this.
const RESERVED_SECONDS = 60;
// What a try that is refused for others under way waits.
const SHORTLY = 1;

/** The tries of these limits are used up. Throw it out of the transaction that reserved. */
export class TooManyTries extends Error {
  override readonly name = 'TooManyTries';
  readonly seconds: number;

  /** @param seconds until it is worth trying again */
  constructor(seconds: number) {
    super('too many tries');
    this.seconds = seconds;
  }
}

/**
 * Reserves a try under every limit, or under none: the transaction must end with what this throws.
 *
 * @throws TooManyTries
 */
export async function reserve(db: Db, limits: readonly Limit[]): Promise<void> {
  // Rows are taken in the order of their keys, so that two tries never wait for each other.
  const reserved = await db.query(sql`
    with l as materialized (${rowsOf(limits)})
    insert into attempts as a (key, reserved_at)
    select key, array[now()] from l order by key
    on conflict (key) do update
    set failed_at = array(
          select t from unnest(a.failed_at) as t, l
          where l.key = a.key and t > now() - l.seconds * interval '1 second'
          order by t),
        reserved_at = array(
          select t from unnest(a.reserved_at) as t
          where t > now() - ${RESERVED_SECONDS} * interval '1 second') || now(),
        last_at = now()
    where coalesce(a.blocked_until <= now(), true)
      and (select l.most from l where l.key = a.key) > (
        select count(*) from unnest(a.failed_at) as t, l
        where l.key = a.key and t > now() - l.seconds * interval '1 second'
      ) + (
        select count(*) from unnest(a.reserved_at) as t
        where t > now() - ${RESERVED_SECONDS} * interval '1 second'
      )
    returning key`);
  if (reserved.length < limits.length) throw new TooManyTries(await secondsToWait(db, limits));
}

/** Seconds until a try is looked at again: until a block ends, or a failure is too old; else 1. */
async function secondsToWait(db: Db, limits: readonly Limit[]): Promise<number> {
  const [row] = await db.query<{ seconds: number | null }>(sql`
    with l as (${rowsOf(limits)})
    select ceil(max(greatest(
      extract(epoch from a.blocked_until - now()),
      extract(epoch from a.failed_at[cardinality(a.failed_at) - l.most + 1] - now()) + l.seconds
    )))::integer as seconds
    from l join attempts a on a.key = l.key`);
  return Math.max(row?.seconds ?? 0, SHORTLY);
}

/** The try cost nothing: it succeeded, or was not judged. */
export async function giveBack(db: Db, limits: readonly Limit[]): Promise<void> {
  const keys = await lock(db, limits);
  await db.query(sql`
    update attempts set reserved_at = reserved_at[2:] where key = any (${keys})`);
  await db.query(sql`
    delete from attempts
    where key = any (${keys}) and failed_at = '{}' and reserved_at = '{}'
      and coalesce(blocked_until <= now(), true)`);
}

/**
 * The try failed. Call it in a transaction of its own, so that the refusal cannot undo it.
 *
 * @returns whether it was the one after which nothing is tried for a while
 */
export async function settleFailure(db: Db, limits: readonly Limit[]): Promise<boolean> {
  await lock(db, limits);
  const settled = await db.query<{ reached: boolean }>(sql`
    with l as materialized (${rowsOf(limits)}),
    settled as (
      select a.key, l.block, cardinality(kept.failed_at) >= l.most as reached, kept.failed_at
      from l
      join attempts a on a.key = l.key
      cross join lateral (
        select array_agg(t order by t) as failed_at
        from unnest(a.failed_at || now()) as t
        where t > now() - l.seconds * interval '1 second'
      ) kept
    )
    update attempts a
    set failed_at = s.failed_at,
        reserved_at = a.reserved_at[2:],
        blocked_until = case when s.reached and s.block > 0
          then now() + s.block * interval '1 second' else a.blocked_until end,
        last_at = now()
    from settled s
    where a.key = s.key
    returning s.reached`);
  return settled.some(({ reached }) => reached);
}

/**
 * Counts something that is not judged (a letter, a change): at most so many in a time.
 *
 * @throws TooManyTries, with which the transaction must end
 */
export async function count(db: Db, limits: readonly Limit[]): Promise<void> {
  await reserve(db, limits);
  await settleFailure(db, limits);
}

async function lock(db: Db, limits: readonly Limit[]): Promise<Buffer[]> {
  const keys = limits.map(({ key }) => key);
  await db.query(sql`
    select from attempts where key = any (${keys}) order by key for update`);
  return keys;
}

const rowsOf = (limits: readonly Limit[]) => sql`
  select * from unnest(
    ${limits.map(({ key }) => key)}::bytea[],
    ${limits.map(({ most }) => most)}::integer[],
    ${limits.map(({ windowSeconds }) => windowSeconds)}::integer[],
    ${limits.map(({ blockSeconds }) => blockSeconds)}::integer[]
  ) as limits (key, most, seconds, block)`;

/** Housekeeping: what counts for nothing any more. */
export const sweepAttempts = sql`
  delete from attempts
  where last_at < now() - interval '1 hour' and coalesce(blocked_until <= now(), true)`;
