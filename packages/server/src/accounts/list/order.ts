/** How a list of accounts is sorted, and the cursor that goes on in it: a key, never a number of rows. */
import type { Input } from '@switchboard/contract';
import sql, { raw, type Sql } from 'sql-template-tag';
import { sha256 } from '../../secret.ts';

type Asked = Input<'getAccounts'>;
type Sort = NonNullable<Asked['sort']>;
type Column = 'id' | 'name' | 'changed' | 'created';

/** The account that a page ended with, and its place in the order: a name, or microseconds. */
export type ListEnd = { server: string; accountId: number; key: string };

export type Order = {
  /** What is sorted by before server and number; a column of `accounts a`. */
  key: Sql;
  /** `asc` or `desc`. */
  direction: Sql;
  /** Of a row of the sorted keys `m`: its `key` as `ListEnd` keeps it. */
  keyAsText: Sql;
  /** Rows of `m` behind the end of a page. */
  beyond(end: ListEnd): Sql;
};

/** @param collation in which names are sorted */
export function orderOf(sort: Sort, collation: Sql): Order {
  const column = sort.replace('-', '') as Column;
  const { key, keyAsText, keyFrom } = COLUMNS[column](collation);
  const isDown = sort.startsWith('-');
  return {
    key,
    keyAsText,
    direction: raw(isDown ? 'desc' : 'asc'),
    beyond: (end) => sql`
      (m.key, m.server, m.account_id) ${raw(isDown ? '<' : '>')}
      (${keyFrom(end.key)}, ${end.server}, ${end.accountId}::integer)`,
  };
}

type Keyed = { key: Sql; keyAsText: Sql; keyFrom(text: string): Sql };

const timeKey = (column: string): Keyed => ({
  key: raw(column),
  keyAsText: sql`(extract(epoch from m.key) * 1000000)::bigint::text`,
  keyFrom: (text) => sql`'epoch'::timestamptz + ${text}::bigint * interval '1 microsecond'`,
});

const COLUMNS: Record<Column, (collation: Sql) => Keyed> = {
  id: () => ({ key: sql`''::text`, keyAsText: sql`m.key`, keyFrom: (text) => sql`${text}::text` }),
  name: (collation) => ({
    key: sql`a.account_name collate ${collation}`,
    keyAsText: sql`m.key`,
    keyFrom: (text) => sql`${text}::text`,
  }),
  changed: () => timeKey('a.changed_at'),
  created: () => timeKey('a.created_at'),
};

/** `1.<sort>.<filter>.<server>.<number>.<key>`; the filter by a digest, the key in base64url. */
export function writeListCursor(asked: Asked, { server, accountId, key }: ListEnd): string {
  const packed = Buffer.from(key).toString('base64url');
  return ['1', sortIn(asked), digestOf(asked), server, accountId, packed].join('.');
}

/** Undefined for what `writeListCursor` does not write. */
function readListCursor(cursor: string): (ListEnd & { sort: string; digest: string }) | undefined {
  const [version, sort = '', digest = '', server = '', number = '', packed = '', ...more] =
    cursor.split('.');
  const key = Buffer.from(packed, 'base64url').toString();
  const isWhole =
    version === '1' && /^[a-z0-9-]{1,50}$/.test(server) && /^[1-9]\d{0,6}$/.test(number);
  if (!isWhole || more.length > 0 || !KEYS.get(sort.replace('-', ''))?.test(key)) return undefined;
  return { sort, digest, server, accountId: Number(number), key };
}

const TIME = /^\d{1,15}$|^[1-8]\d{15}$/;
const KEYS = new Map([
  ['id', /^$/],
  ['name', /^[^\0]{0,200}$/],
  ['changed', TIME],
  ['created', TIME],
]);

/**
 * Where the list goes on; what is wrong with the cursor, as a sentence. It belongs to one sort and
 * filter: with others its key would lie anywhere.
 */
export function endIn(asked: Asked): ListEnd | undefined | { problem: string } {
  if (asked.cursor === undefined) return undefined;
  const read = readListCursor(asked.cursor);
  if (!read)
    return { problem: 'cursor is not valid; it must be the next_cursor of the page before.' };
  if (read.sort !== sortIn(asked) || read.digest !== digestOf(asked))
    return {
      problem:
        'cursor belongs to another sort or filter; send what the page before was asked with, or begin anew without a cursor.',
    };
  return { server: read.server, accountId: read.accountId, key: read.key };
}

export const sortIn = ({ sort = 'id' }: Asked): Sort => sort;

function digestOf({ cursor: _, limit: __, sort: ___, ...filter }: Asked): string {
  const sorted = Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1));
  return sha256(JSON.stringify(sorted)).toString('base64url').slice(0, 11);
}
