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
/** How long nothing is tried once a limit is reached. */
export const BLOCK_SECONDS = 600;
const EVERYBODY = Buffer.alloc(0);

/** Where tries come from; of a shared address only its names are limited. */
export type Tried = Pick<Surroundings, 'address' | 'addressShared'>;

/**
 * Seconds until a try of this name from this address is looked at again; 0 when it is now.
 */
export async function secondsBlocked(db: Db, ctx: Tried, name: string): Promise<number> {
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
 * @returns 0 when the failure was within the limits; else, in a burst whose other tries reached a
 *   limit first, the seconds that tries are blocked for: answer like a try that was not looked at
 */
export async function countFailure(db: Db, ctx: Tried, name: string): Promise<number> {
  const address = networkOf(ctx.address);
  // In this order, so that a burst of one name does not use up the limit of its neighbours.
  const counted =
    (await count(db, address, sha256(name), PER_NAME)) &&
    (ctx.addressShared || (await count(db, address, EVERYBODY, PER_ADDRESS)));
  return counted ? 0 : secondsBlocked(db, ctx, name);
}

/** Blocks with the failure that reaches the limit; what is blocked already is not counted. */
async function count(db: Db, address: string, name: Buffer, limit: number): Promise<boolean> {
  const counted = await db.query(sql`
    insert into login_failures as f (address, name_hash, failed_at)
    values (${address}, ${name}, array[now()])
    on conflict (address, name_hash) do update
    set (failed_at, blocked_until) = (
          select array_agg(t),
            case when count(*) >= ${limit} then now() + ${BLOCK_SECONDS} * interval '1 second' end
          from unnest(f.failed_at || now()) as t
          where t > now() - interval '10 minutes'),
        last_failed_at = now()
    where coalesce(f.blocked_until <= now(), true)
    returning address`);
  return counted.length > 0;
}

/** The address as limits count it: IPv4 whole (also when mapped into IPv6), IPv6 by its /64. */
export function networkOf(address: string): string {
  const [bare = ''] = address.split('%', 1);
  if (!isIPv6(bare)) return address;
  const groups = groupsOf(bare);
  if (groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff')
    return groups.slice(6).flatMap(bytesOf).join('.');
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** The eight groups, in hexadecimal without leading zeros. */
function groupsOf(address: string): string[] {
  // A URL spells every address one way: 64:ff9b::1.2.3.4 becomes 64:ff9b::102:304.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [left = [], right = []] = canonical
    .split('::')
    .map((part) => part.split(':').filter(Boolean));
  const zeros = new Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...zeros, ...right];
}

function bytesOf(group: string): number[] {
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 255];
}
