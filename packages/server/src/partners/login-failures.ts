/**
 * Limits on failed tries: 10 of one name (a client id, an e-mail address) from one address, 100
 * from one address, within 10 minutes; then nothing from there is tried for 10 minutes. Successes
 * are not counted. `partner-api.md` (accessToken), `entry.md` (Hosts, origins, cookies).
 */
import { isIPv6 } from 'node:net';
import sql from 'sql-template-tag';
import type { Db } from '../database/database.ts';
import type { Surroundings } from '../operation.ts';
import { sha256 } from './access-token.ts';

const PER_NAME = 10;
const PER_ADDRESS = 100;
const EVERYBODY = Buffer.alloc(0);

/**
 * Seconds until a try of this name from this address is looked at again; 0 when it is now.
 */
export async function secondsBlocked(db: Db, ctx: Surroundings, name: string): Promise<number> {
  const [row] = await db.query<{ seconds: number | null }>(sql`
    select ceil(extract(epoch from max(blocked_until) - now()))::integer as seconds
    from login_failures
    where address = ${networkOf(ctx.address)}
      and (name_hash = ${sha256(name)} or (name_hash = ${EVERYBODY} and ${!ctx.addressShared}))
      and blocked_until > now()`);
  return row?.seconds ?? 0;
}

/**
 * Counts a failed try. Call it in a transaction of its own, so that the refusal cannot undo it.
 *
 * @returns seconds that further tries are blocked for; 0 while the limit is not reached
 */
export async function countFailure(db: Db, ctx: Surroundings, name: string): Promise<number> {
  const address = networkOf(ctx.address);
  const byName = await count(db, address, sha256(name), PER_NAME);
  const byAddress = ctx.addressShared ? 0 : await count(db, address, EVERYBODY, PER_ADDRESS);
  return Math.max(byName, byAddress);
}

/** Blocks with the failure that exceeds the limit, so that a burst learns no more than the limit. */
async function count(db: Db, address: string, name: Buffer, limit: number): Promise<number> {
  const [row] = await db.query<{ seconds: number | null }>(sql`
    insert into login_failures as f (address, name_hash, failed_at)
    values (${address}, ${name}, array[now()])
    on conflict (address, name_hash) do update
    set failed_at = (
          select array_agg(t order by t)
          from (select t from unnest(f.failed_at || now()) as t
                where t > now() - interval '10 minutes'
                order by t desc limit ${limit + 1}) as recent),
        last_failed_at = now(),
        blocked_until = case
          when f.blocked_until > now() then f.blocked_until
          when (select count(*) from unnest(f.failed_at) as t
                where t > now() - interval '10 minutes') + 1 >= ${limit}
          then now() + interval '10 minutes' end
    returning case when cardinality(failed_at) > ${limit}
      then ceil(extract(epoch from blocked_until - now()))::integer end as seconds`);
  return row?.seconds ?? 0;
}

/** The address as limits count it: IPv4 whole (also when mapped), IPv6 by its /64. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail ? tail.split(':') : [];
  const middle = tail === undefined ? [] : new Array(8 - left.length - right.length).fill('0');
  const groups = [...left, ...middle, ...right].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
