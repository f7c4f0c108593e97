/** The partner's deliveries, the newest first, page by page. */
import { type Input, webhookEventTypes } from '@switchboard/contract';
import sql, { empty, type Sql } from 'sql-template-tag';
import { loadAccount, mainServer, requireServer } from '../accounts/account.ts';
import type { Db } from '../database/database.ts';
import type { Context, Operation } from '../operation.ts';
import { DELIVERY_COLUMNS, DELIVERY_JOINS, type DeliveryRow, deliveryToWire } from './delivery.ts';

const DEFAULT_LIMIT = 50;
// Looked at for one page, where a filter has no index of its own.
const MOST_SCANNED = 5_000;

export const getDeliveries: Operation<'getDeliveries'> = async (input, ctx) =>
  ctx.read(async (db) => {
    const server = await serverOf(db, input, ctx);
    const limit = input.limit ?? DEFAULT_LIMIT;
    const most = isSifted(input) ? MOST_SCANNED : limit + 1;
    const found = await db.query<Found>(pageOf({ ...input, server }, ctx.partnerId, most, limit));
    const rows = found.filter((row): row is Found & DeliveryRow => row.event_id !== null);
    const list = rows.slice(0, limit);
    const isCut = found[0]?.scanned === most;
    const end = rows.length > limit ? list.at(-1)?.event_id : isCut && found[0]?.lowest;
    return { list: list.map(deliveryToWire), ...(end && { next_cursor: String(end) }) };
  });

/** The server that is meant, once it and the account are known to be there. */
async function serverOf(
  db: Db,
  { account_id, server }: Input<'getDeliveries'>,
  ctx: Context<'getDeliveries'>,
): Promise<string | undefined> {
  if (account_id === undefined) {
    if (server !== undefined) await requireServer(db, ctx, server);
    return server;
  }
  const meant = server ?? (await mainServer(db, ctx));
  await loadAccount(db, ctx, meant, account_id);
  return meant;
}

type Filter = Input<'getDeliveries'> & { server: string | undefined };

/** Whether some of what is looked at may not be on the page. */
const isSifted = ({ state, account_id, server }: Input<'getDeliveries'>): boolean =>
  account_id !== undefined || server !== undefined || (state !== undefined && state !== 'failed');

/** Also where there is no delivery the answer says how far it looked. */
type Found = { scanned: number; lowest: number | null } & {
  [C in keyof DeliveryRow]: DeliveryRow[C] | null;
};

function pageOf(filter: Filter, partnerId: number, most: number, limit: number): Sql {
  const { state, server } = filter;
  return sql`
    with scanned as materialized (${scanOf(filter, partnerId, most)}),
    page as (
      select d.*
      from scanned
      join deliveries d using (event_id)
      where d.partner_id = ${partnerId}
        ${state === undefined ? empty : sql`and d.state = ${state}`}
        ${server === undefined ? empty : sql`and d.server = ${server}`}
      order by d.event_id desc
      limit ${limit + 1}
    )
    select looked.scanned, looked.lowest, listed.*
    from (select count(*) as scanned, min(event_id) as lowest from scanned) looked
    left join (select ${DELIVERY_COLUMNS} from page d ${DELIVERY_JOINS}) listed on true
    order by listed.event_id desc`;
}

/** The newest, by the index that fits. */
function scanOf({ state, account_id, ...filter }: Filter, partnerId: number, most: number): Sql {
  const { cursor, event_id, server } = filter;
  const within = sql`
    ${cursor === undefined ? empty : sql`and event_id < ${cursor}`}
    ${event_id === undefined ? empty : sql`and event_id = ${event_id}`}
    order by event_id desc
    limit ${most}`;
  if (account_id !== undefined)
    return sql`
      select event_id from events
      where server = ${server} and account_id = ${account_id}
        and type = any (${webhookEventTypes}) ${within}`;
  return sql`
    select event_id from deliveries
    where partner_id = ${partnerId}
      ${state === 'failed' ? sql`and state = 'failed'` : empty} ${within}`;
}
