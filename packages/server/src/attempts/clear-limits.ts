/** Forgets failed tries, so that whoever was locked out may try at once. */
import sql from 'sql-template-tag';
import { record } from '../events/event.ts';
import type { Operation } from '../operation.ts';
import { partnerOfClient } from '../partners/credentials/credential.ts';
import { nameHalf, networkHalf } from './address-limits.ts';
import { networkOf, siteNetworkOf } from './network.ts';

export const clearLimits: Operation<'clearLimits'> = async (input, ctx) =>
  ctx.write(async (db) => {
    const { client_id, address } = input;
    const partnerId = client_id === undefined ? null : await partnerOfClient(db, ctx, client_id);
    const networks = address === undefined ? [] : [networkOf(address), siteNetworkOf(address)];
    const prefixes = networks.filter((each) => each !== undefined).map(networkHalf);
    const suffix = client_id === undefined ? null : nameHalf('name', client_id);
    // In the order of their keys, as tries take them.
    const [cleared] = await db.query<{ blocks_ended: number; failures_forgotten: number }>(sql`
      with found as materialized (
        select key from attempts
        where (${address === undefined} or substring(key for 16) = any (${prefixes}::bytea[]))
          and (${suffix}::bytea is null or substring(key from 17) = ${suffix})
        order by key
        for update
      ),
      gone as (
        delete from attempts a using found f where a.key = f.key
        returning a.blocked_until, a.failed_at
      )
      select count(*) filter (where blocked_until > now()) as blocks_ended,
        coalesce(sum(cardinality(failed_at)), 0)::bigint as failures_forgotten
      from gone`);
    const subject = [client_id, ...(address === undefined ? [] : [networkOf(address)])];
    await record(db, ctx, {
      type: 'limit.cleared',
      partnerId,
      subject: subject.filter((each) => each !== undefined).join(' '),
    });
    return cleared ?? { blocks_ended: 0, failures_forgotten: 0 };
  });
