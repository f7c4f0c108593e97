/** The partner's accounts by server, then number: all of them streamed, or page by page. */
import type { Answer, Input } from '@switchboard/contract';
import sql, { empty, type Sql } from 'sql-template-tag';
import type { Context, Operation } from '../operation.ts';
import { ACCOUNT_COLUMNS, type AccountRow, listedToWire } from './account.ts';

const STREAM_PAGE = 1000;

type Position = { server: string; accountId: number };
type Listed = Answer<'getAccounts'>['list'][number];

export const getAccounts: Operation<'getAccounts'> = async (input, ctx) => {
  const after = input.cursor === undefined ? undefined : readCursor(input.cursor, ctx);
  const filter = filterOf(input, ctx);
  if (input.server !== undefined) await requireServer(ctx, input.server);
  if (input.limit === undefined && after === undefined) return streamAll(ctx, filter);

  const limit = input.limit ?? STREAM_PAGE;
  const rows = await page(ctx, filter, after, limit + 1);
  const [count] = await ctx.read((db) =>
    db.query<{ total: number }>(sql`select count(*) as total from accounts a where ${filter}`),
  );
  const list = rows.slice(0, limit);
  const last = list.at(-1);
  return {
    totalOnline: count?.total ?? 0,
    list: list.map(listedToWire),
    ...(rows.length > limit && last ? { next_cursor: writeCursor(last) } : {}),
  };
};

/** The total is what was sent, so it cannot disagree with the list. */
async function* streamAll(
  ctx: Context<'getAccounts'>,
  filter: Sql,
): AsyncGenerator<Listed, { totalOnline: number }> {
  let total = 0;
  let after: Position | undefined;
  for (;;) {
    const rows = await page(ctx, filter, after, STREAM_PAGE);
    for (const row of rows) yield listedToWire(row);
    total += rows.length;
    const last = rows.at(-1);
    if (!last || rows.length < STREAM_PAGE) return { totalOnline: total };
    after = { server: last.server, accountId: last.account_id };
  }
}

function page(
  ctx: Context<'getAccounts'>,
  filter: Sql,
  after: Position | undefined,
  limit: number,
): Promise<AccountRow[]> {
  const beyond = after
    ? sql`and (a.server, a.account_id) > (${after.server}, ${after.accountId})`
    : empty;
  return ctx.read((db) =>
    db.query<AccountRow>(sql`
      select ${ACCOUNT_COLUMNS}
      from accounts a
      where ${filter} ${beyond}
      order by a.server, a.account_id
      limit ${limit}`),
  );
}

function filterOf(input: Input<'getAccounts'>, ctx: Context<'getAccounts'>): Sql {
  const { q, server, account_status } = input;
  const like = q && `%${q.replace(/[\\%_]/g, '\\$&')}%`;
  const exact = q && /^\d{1,7}$/.test(q) ? Number(q) : null;
  return sql`
    a.partner_id = ${ctx.partnerId} and a.deleted_at is null
    ${server === undefined ? empty : sql`and a.server = ${server}`}
    ${account_status === undefined ? empty : sql`and a.account_status = ${account_status}`}
    ${
      like === undefined
        ? empty
        : sql`and (a.account_name ilike ${like} or a.reference ilike ${like}
                   or a.account_id = ${exact})`
    }`;
}

async function requireServer(ctx: Context<'getAccounts'>, server: string): Promise<void> {
  const found = await ctx.read((db) => db.query(sql`select from servers where name = ${server}`));
  if (found.length === 0) throw ctx.refusal('server_not_found');
}

const writeCursor = (row: AccountRow): string =>
  Buffer.from(`${row.server}/${row.account_id}`).toString('base64url');

function readCursor(cursor: string, ctx: Context<'getAccounts'>): Position {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const [, server, accountId] = /^([a-z0-9-]{1,50})\/(\d{1,7})$/.exec(text) ?? [];
  if (server === undefined)
    throw ctx.refusal('paging_invalid', {
      parameter: 'cursor',
      message: 'cursor is not valid; it must be the next_cursor of the page before.',
    });
  return { server, accountId: Number(accountId) };
}
