/** Which accounts a list is asked for. */
import { type Input, partOfAddress } from '@switchboard/contract';
import sql, { empty, join, type Sql } from 'sql-template-tag';
import { LINK_START, readFailing } from '../../builder-checks/builder-check.ts';
import type { Db } from '../../database/database.ts';
import { caseFolding, caselessPart } from './fold-case.ts';

type Asked = Input<'getAccounts'>;

/** Of rows `a` of `accounts`: the partner's, not deleted, and as they were asked for. */
export async function filterOf(db: Db, partnerId: number, asked: Asked): Promise<Sql> {
  const { q, server, account_status, builder, held, entered, changed_after, off_before } = asked;
  const own = sql`a.partner_id = ${partnerId} and a.deleted_at is null`;
  return sql`
    ${own}
    ${server === undefined ? empty : sql`and a.server = ${server}`}
    ${account_status === undefined ? empty : sql`and a.account_status = ${account_status}`}
    ${builder === undefined ? empty : sql`and ${await withBuilder(db, own, builder)}`}
    ${held === undefined ? empty : sql`and (a.held_at is not null) = ${held === 1}`}
    ${entered === undefined ? empty : sql`and ${NEVER_ENTERED}`}
    ${changed_after === undefined ? empty : sql`and a.changed_at > to_timestamp(${changed_after})`}
    ${
      off_before === undefined
        ? empty
        : sql`and a.account_status = 0 and a.status_changed_at < to_timestamp(${off_before})`
    }
    ${q === undefined ? empty : sql`and (${await searchFor(db, q)})`}`;
}

const NEVER_ENTERED = sql`
  not exists (select from agents g
              where g.server = a.server and g.account_id = a.account_id
                and g.last_entered_at is not null)`;

/** What leads to an origin is known to URL parsers alone, so the links that fail are found first. */
async function withBuilder(db: Db, own: Sql, builder: NonNullable<Asked['builder']>): Promise<Sql> {
  if (builder === 'with') return sql`a.builder_url <> ''`;
  if (builder === 'without') return sql`a.builder_url = ''`;
  const rows = await db.query<{ url: string }>(sql`
    select distinct ${LINK_START} as url
    from accounts a
    where ${own} and a.builder_url <> ''`);
  const failing = await readFailing(
    db,
    rows.map(({ url }) => url),
  );
  return sql`(${LINK_START}) = any (${failing}::text[])`;
}

/** The cheapest first, and nothing asked that cannot be: folding the names is most of a search. */
async function searchFor(db: Db, q: string): Promise<Sql> {
  const tests = [await nameHas(db, q)];
  const isNumber = /^\d{1,7}$/.test(q);
  const address = partOfAddress(q).toUpperCase();
  // Who looks for account 8 means none of the addresses with an 8.
  if (!isNumber && /^[!-~]+$/.test(address))
    tests.unshift(sql`strpos(a.administrators collate "C", ${address}) > 0`);
  if (/^[A-Za-z0-9]+$/.test(q))
    tests.unshift(sql`strpos(upper(a.reference collate "C"), ${q.toUpperCase()}) > 0`);
  if (isNumber) tests.unshift(sql`a.account_id = ${Number(q)}`);
  return join(tests, ' or ');
}

async function nameHas(db: Db, q: string): Promise<Sql> {
  const part = caselessPart(q);
  const hasPart = sql`strpos(a.account_name collate "C", ${part}) > 0`;
  if (part === q) return hasPart;
  const folded = await caseFolding(db, q);
  const has = sql`strpos(${folded(sql`a.account_name`)}, ${folded(sql`${q}::text`)}) > 0`;
  return part === '' ? has : sql`(${hasPart} and ${has})`;
}
