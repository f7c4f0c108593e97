/** Which origins there are: those of accounts that change, and once a day those of all. */
import sql from 'sql-template-tag';
import type { Database, Db } from '../database/database.ts';
import { LINK_START, originOf } from './builder-check.ts';

/** Not looked at yet; beyond, a new one waits for the next pass. Nobody's changes pile up here. */
const MOST_WAITING = 10_000;
/** What a day has looks for, nearly; of more some are never looked at. */
const MOST_ORIGINS = 400_000;
// All accounts are read; nobody waits for it.
const PATIENCE = { statementSeconds: 60 };

export type ChangedAccount = { server: string; account_id: number };

/** Takes in where the links of these accounts lead now. */
export async function addOriginsOf(db: Db, accounts: readonly ChangedAccount[]): Promise<void> {
  const rows = await db.query<{ url: string }>(sql`
    select distinct a.builder_url as url
    from unnest(${accounts.map(({ server }) => server)}::text[],
                ${accounts.map(({ account_id }) => account_id)}::integer[])
      as changed (server, account_id)
    join accounts a using (server, account_id)
    where a.builder_url <> '' and a.deleted_at is null`);
  const waiting = await db.query(sql`
    select from builder_checks where at is null limit ${MOST_WAITING}`);
  if (rows.length > 0 && waiting.length < MOST_WAITING) await addOrigins(db, originsIn(rows));
}

/**
 * Goes through all accounts, unless that was done lately: what is missing is added, and origins that
 * no account has any more are forgotten. Of all nodes one does it.
 *
 * @param afterHours since the last time
 */
export async function passOverAccounts(database: Database, afterHours: number): Promise<void> {
  await database.write(async (db) => {
    const [held] = await db.query(sql`
      select from builder_check_pace
      where passed_at is null or passed_at <= now() - ${afterHours} * interval '1 hour'
      for update skip locked`);
    if (!held) return;
    const [begun] = await db.query<{ at: string }>(sql`select clock_timestamp()::text as at`);
    const rows = await db.query<{ url: string }>(sql`
      select distinct ${LINK_START} as url
      from accounts
      where builder_url <> '' and deleted_at is null
      limit ${MOST_ORIGINS}`);
    const origins = originsIn(rows);
    await addOrigins(db, origins);
    if (rows.length < MOST_ORIGINS)
      await db.query(sql`
        delete from builder_checks c
        where wanted_at < ${begun?.at}::timestamptz
          and (claimed_at is null or claimed_at <= now() - interval '1 hour')
          and not exists (select from unnest(${origins}::text[]) kept (origin)
                          where kept.origin = c.origin)`);
    await db.query(sql`update builder_check_pace set passed_at = now()`);
  }, PATIENCE);
}

export async function forgetOrigins(database: Database): Promise<void> {
  await database.write((db) => db.query(sql`delete from builder_checks`), PATIENCE);
}

const originsIn = (rows: readonly { url: string }[]): string[] => [
  ...new Set(rows.flatMap(({ url }) => originOf(url) ?? [])),
];

/** In one order, so that two nodes never wait for each other. */
async function addOrigins(db: Db, origins: readonly string[]): Promise<void> {
  const hosts = origins.map((origin) => new URL(origin).hostname);
  await db.query(sql`
    insert into builder_checks (origin, host)
    select origin, host
    from unnest(${origins}::text[], ${hosts}::text[]) as found (origin, host)
    order by origin
    on conflict (origin) do update set wanted_at = clock_timestamp()`);
}
