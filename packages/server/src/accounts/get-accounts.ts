/** The partner's accounts by server, then number: all of them streamed, or page by page. */
import { type Answer, type Input, type PageEnd, writeCursor } from '@switchboard/contract';
import sql, { empty, type Sql } from 'sql-template-tag';
import { readChecks } from '../builder-checks/builder-check.ts';
import type { Context, Operation } from '../operation.ts';
import { ACCOUNT_COLUMNS, type AccountRow, listedToWire, requireServer } from './account.ts';
import { caseFolding } from './fold-case.ts';

const STREAM_PAGE = 1000;

type Listed = Answer<'getAccounts'>['list'][number];

export const getAccounts: Operation<'getAccounts'> = async (input, ctx) => {
  const after = input.cursor;
  const filter = await filterOf(input, ctx);
  const { server } = input;
  if (server !== undefined) await ctx.read((db) => requireServer(db, ctx, server));
  if (input.limit === undefined && after === undefined) return streamAll(ctx, filter);

  const limit = input.limit ?? STREAM_PAGE;
  const { rows, total } = await pageAndTotal(ctx, filter, pageOf(filter, after, limit + 1));
  const list = rows.slice(0, limit);
  const last = list.at(-1);
  return {
    totalOnline: total,
    list: await toWire(ctx, list),
    ...(rows.length > limit && last ? { next_cursor: writeCursor(endAt(last)) } : {}),
  };
};

/** The total is what was sent, so it cannot disagree with the list. */
async function* streamAll(
  ctx: Context<'getAccounts'>,
  filter: Sql,
): AsyncGenerator<Listed, { totalOnline: number }> {
  let total = 0;
  let after: PageEnd | undefined;
  for (;;) {
    const page = pageOf(filter, after, STREAM_PAGE);
    const rows = await ctx.read((db) => db.query<AccountRow>(page));
    yield* await toWire(ctx, rows);
    total += rows.length;
    const last = rows.at(-1);
    if (!last || rows.length < STREAM_PAGE) return { totalOnline: total };
    after = endAt(last);
  }
}

/** Beside the statement of the rows: joined to it, it would be asked of every row by itself. */
async function toWire(ctx: Context<'getAccounts'>, rows: AccountRow[]): Promise<Listed[]> {
  const urls = rows.map((row) => row.builder_url);
  const checkOf = await ctx.read((db) => readChecks(db, urls));
  return rows.map((row) => listedToWire(row, checkOf(row.builder_url)));
}

/** One statement, so that the total and the page are of one moment. */
async function pageAndTotal(
  ctx: Context<'getAccounts'>,
  filter: Sql,
  page: Sql,
): Promise<{ rows: AccountRow[]; total: number }> {
  const rows = await ctx.read((db) =>
    db.query<AccountRow & { total: number }>(sql`
      select matching.total, listed.*
      from (select count(*) as total from accounts a where ${filter}) as matching
      left join (${page}) as listed on true
      order by listed.server, listed.account_id`),
  );
  return { rows: rows.filter((row) => row.account_id !== null), total: rows[0]?.total ?? 0 };
}

function pageOf(filter: Sql, after: PageEnd | undefined, limit: number): Sql {
  const beyond = after
    ? sql`and (a.server, a.account_id) > (${after.server}, ${after.accountId})`
    : empty;
  return sql`
    select ${ACCOUNT_COLUMNS}
    from accounts a
    where ${filter} ${beyond}
    order by a.server, a.account_id
    limit ${limit}`;
}

async function filterOf(input: Input<'getAccounts'>, ctx: Context<'getAccounts'>): Promise<Sql> {
  const { q, server, account_status } = input;
  return sql`
    a.partner_id = ${ctx.partnerId} and a.deleted_at is null
    ${server === undefined ? empty : sql`and a.server = ${server}`}
    ${account_status === undefined ? empty : sql`and a.account_status = ${account_status}`}
    ${q === undefined ? empty : sql`and (${await searchFor(q, ctx)})`}`;
}

async function searchFor(q: string, ctx: Context<'getAccounts'>): Promise<Sql> {
  const folded = await ctx.read(caseFolding);
  const like = folded(sql`${`%${q.replace(/[\\%_]/g, '\\$&')}%`}::text`);
  const exact = /^\d{1,7}$/.test(q) ? Number(q) : null;
  return sql`
    ${folded(sql`a.account_name`)} like ${like} or ${folded(sql`a.reference`)} like ${like}
    or a.account_id = ${exact}`;
}

const endAt = (row: AccountRow): PageEnd => ({ server: row.server, accountId: row.account_id });
