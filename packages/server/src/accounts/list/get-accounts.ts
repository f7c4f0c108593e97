/** The partner's accounts: all of them streamed by server, then number, or sorted page by page. */
import type { Answer, Input } from '@switchboard/contract';
import sql, { empty, type Sql } from 'sql-template-tag';
import { readChecks } from '../../builder-checks/builder-check.ts';
import type { Db } from '../../database/database.ts';
import type { Context, Operation } from '../../operation.ts';
import { LISTED_COLUMNS, type ListedRow, listedToWire, requireServer } from '../account.ts';
import { filterOf } from './filter.ts';
import { nameCollation } from './fold-case.ts';
import { endIn, type ListEnd, orderOf, sortIn, writeListCursor } from './order.ts';

const USUAL_PAGE = 1000;

type Asked = Input<'getAccounts'>;
type Listed = Answer<'getAccounts'>['list'][number];

export const getAccounts: Operation<'getAccounts'> = async (input, ctx) => {
  const after = afterIn(input, ctx);
  const { server } = input;
  const filter = await ctx.read(async (db) => {
    if (server !== undefined) await requireServer(db, ctx, server);
    return filterOf(db, ctx.partnerId, input);
  });
  const isWhole = input.limit === undefined && !after && sortIn(input) === 'id';
  if (isWhole) return streamAll(ctx, filter);
  return ctx.read((db) => readPage(db, input, filter, after));
};

/** @throws Refusal paging_invalid */
function afterIn(input: Asked, ctx: Context<'getAccounts'>): ListEnd | undefined {
  const end = endIn(input);
  if (end && 'problem' in end)
    throw ctx.refusal('paging_invalid', { parameter: 'cursor', message: end.problem });
  return end;
}

/** The total is what was sent, so it cannot disagree with the list. */
async function* streamAll(
  ctx: Context<'getAccounts'>,
  filter: Sql,
): AsyncGenerator<Listed, { totalOnline: number }> {
  let total = 0;
  let last: ListedRow | undefined;
  for (;;) {
    const beyond = last
      ? sql`and (a.server, a.account_id) > (${last.server}, ${last.account_id})`
      : empty;
    const rows = await ctx.read((db) =>
      db.query<ListedRow>(sql`
        select ${LISTED_COLUMNS}
        from accounts a
        where ${filter} ${beyond}
        order by a.server, a.account_id
        limit ${USUAL_PAGE}`),
    );
    yield* await ctx.read((db) => toWire(db, rows));
    total += rows.length;
    last = rows.at(-1);
    if (!last || rows.length < USUAL_PAGE) return { totalOnline: total };
  }
}

async function readPage(
  db: Db,
  input: Asked,
  filter: Sql,
  after: ListEnd | undefined,
): Promise<Answer<'getAccounts'>> {
  const { limit = USUAL_PAGE } = input;
  const { rows, total } = await selectPage(db, input, filter, after);
  const list = rows.slice(0, limit);
  const last = list.at(-1);
  return {
    totalOnline: total,
    list: await toWire(db, list),
    ...(rows.length > limit && last ? { next_cursor: writeListCursor(input, endAt(last)) } : {}),
  };
}

type PageRow = ListedRow & { total: number; key: string };

/**
 * One pass over the partner's accounts gives the total and, of a moment with it, the page and one
 * row more: nothing is indexed that updateAccount writes.
 */
async function selectPage(db: Db, input: Asked, filter: Sql, after: ListEnd | undefined) {
  const { limit = USUAL_PAGE } = input;
  const order = orderOf(sortIn(input), await nameCollation(db));
  const { direction } = order;
  const sorted = sql`m.key ${direction}, m.server ${direction}, m.account_id ${direction}`;
  const rows = await db.query<PageRow>(sql`
    with matching as materialized (
      select a.server, a.account_id, ${order.key} as key
      from accounts a
      where ${filter}
    ),
    page as (
      select m.*
      from matching m
      ${after ? sql`where ${order.beyond(after)}` : empty}
      order by ${sorted}
      limit ${limit + 1}
    )
    select counted.total, ${order.keyAsText} as key, ${LISTED_COLUMNS}
    from (select count(*) as total from matching) counted
    left join page m on true
    left join accounts a on a.server = m.server and a.account_id = m.account_id
    order by ${sorted}`);
  return { rows: rows.filter((row) => row.account_id !== null), total: rows[0]?.total ?? 0 };
}

const endAt = ({ server, account_id, key }: PageRow): ListEnd => ({
  server,
  accountId: account_id,
  key,
});

/** Beside the statement of the rows: joined to it, it would be asked of every row by itself. */
async function toWire(db: Db, rows: readonly ListedRow[]): Promise<Listed[]> {
  const urls = rows.map((row) => row.builder_url);
  const checkOf = await readChecks(db, urls);
  return rows.map((row) => listedToWire(row, checkOf(row.builder_url)));
}
