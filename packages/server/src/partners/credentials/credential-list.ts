/** Credentials as their partner and the operator see them. Never a secret. */
import type { Answer, Mode } from '@switchboard/contract';
import sql, { empty, type Sql } from 'sql-template-tag';
import type { Db } from '../../database/database.ts';
import type { Operation } from '../../operation.ts';
import { loadPartner } from '../partner.ts';

/** As its partner sees it. */
type Shown = Answer<'updateApiCredential'>;

/** As the operator sees it. */
type OperatorsRow = Answer<'revokeCredential'>;

type Row = {
  partner_id: number;
  name: string;
  client_id: string;
  mode: Mode;
  state: 'active' | 'revoked';
  create_time: number;
  last_used_time: number | null;
  last_used_address: string | null;
  old_expires_time: number | null;
  old_last_used_time: number | null;
};

/** Revoked ones that a partner is shown. */
const REVOKED_SHOWN = 50;

export const listApiCredentials: Operation<'listApiCredentials'> = async (_input, ctx) => {
  const rows = await ctx.read((db) =>
    selectCredentials(
      db,
      sql`where c.partner_id = ${ctx.partnerId} and (c.revoked_at is null or c.credential_id in (
        select credential_id from credentials
        where partner_id = ${ctx.partnerId} and revoked_at is not null
        order by credential_id desc
        limit ${REVOKED_SHOWN}))`,
    ),
  );
  return { list: rows.map(shown) };
};

export const listCredentials: Operation<'listCredentials'> = async (input, ctx) =>
  ctx.read(async (db) => {
    const { partner } = input;
    if (partner !== undefined) await loadPartner(db, ctx, partner);
    const where = partner === undefined ? empty : sql`where c.partner_id = ${partner}`;
    return { list: (await selectCredentials(db, where)).map(shownToOperator) };
  });

/** One credential, revoked or not, as its partner sees it. */
export const showCredential = async (db: Db, credentialId: number): Promise<Shown> =>
  shown(await loadRow(db, credentialId));

/** One credential, revoked or not, as the operator sees it. */
export const credentialToWire = async (db: Db, credentialId: number): Promise<OperatorsRow> =>
  shownToOperator(await loadRow(db, credentialId));

async function loadRow(db: Db, credentialId: number): Promise<Row> {
  const [row] = await selectCredentials(db, sql`where c.credential_id = ${credentialId}`);
  if (!row) throw new Error('a credential vanished within a transaction');
  return row;
}

function shown(row: Row): Shown {
  const { partner_id: _, old_expires_time: expires, old_last_used_time: used, ...same } = row;
  return {
    ...same,
    old_secret: expires === null ? null : { expires_time: expires, last_used_time: used },
  };
}

const shownToOperator = (row: Row): OperatorsRow => ({
  client_id: row.client_id,
  partner: row.partner_id,
  label: row.name,
  mode: row.mode,
  create_time: row.create_time,
  last_used_time: row.last_used_time,
  state: row.state,
});

/** Each with the last use of all its secrets, those that are gone included. */
function selectCredentials(db: Db, where: Sql): Promise<Row[]> {
  return db.query<Row>(sql`
    select c.partner_id, c.label as name, c.client_id, c.mode,
      case when c.revoked_at is null then 'active' else 'revoked' end as state,
      ${unixTime(sql`c.created_at`)} as create_time,
      ${unixTime(sql`used.at`)} as last_used_time, used.address as last_used_address,
      ${unixTime(sql`old.expires_at`)} as old_expires_time,
      ${unixTime(sql`old.last_used_at`)} as old_last_used_time
    from credentials c
    left join lateral (
      select u.at, u.address
      from (
        select c.last_used_at, c.last_used_address
        union all
        select s.last_used_at, s.last_used_address
        from credential_secrets s
        where s.credential_id = c.credential_id
      ) u (at, address)
      where u.at is not null
      order by u.at desc
      limit 1
    ) used on true
    left join lateral (
      select max(s.expires_at) as expires_at, max(s.last_used_at) as last_used_at
      from credential_secrets s
      where s.credential_id = c.credential_id and s.expires_at > now() and c.revoked_at is null
    ) old on true
    ${where}
    order by c.partner_id, c.credential_id`);
}

const unixTime = (at: Sql): Sql => sql`extract(epoch from ${at})::bigint`;
