/** Whose turn it is, over all nodes; what is claimed is a look, not to be made again for an hour. */
import sql from 'sql-template-tag';
import type { Database } from '../database/database.ts';
import type { Look } from './look.ts';

/** Looks a second, over all nodes; of one host one. */
const PACE = 5;
/** Looked through for hosts that are not busy. */
const CANDIDATES = 50;

/**
 * The origins that this node is to look at now. What a killed node had claimed comes due again by
 * itself, after the hour in which no origin is looked at twice.
 *
 * @throws DatabaseUnavailable
 */
export function claimLooks(database: Database): Promise<string[]> {
  return database.write(async (db) => {
    // One at a time counts what was claimed within the second.
    const held = await db.query(sql`select from builder_check_pace for update skip locked`);
    if (held.length === 0) return [];
    const rows = await db.query<{ origin: string }>(sql`
      with moment as materialized (select clock_timestamp() as at),
      busy as materialized (
        select host from builder_checks
        where claimed_at > (select at from moment) - interval '1 second'
      ),
      due as materialized (
        select origin, host, due_at
        from builder_checks
        where due_at <= now()
        order by due_at
        limit ${CANDIDATES}
        for update skip locked
      ),
      turns as materialized (
        select origin,
          row_number() over (partition by host order by due_at, origin)
            - (host not in (select host from busy))::integer as turn
        from due
      ),
      chosen as (
        select origin from turns
        where turn = 0
        limit greatest(0, ${PACE} - (select count(*) from busy))
      ),
      -- A host with many origins makes room for others.
      later as (
        update builder_checks c
        set due_at = now() + t.turn * interval '1 second'
        from turns t
        where c.origin = t.origin and t.turn > 0
      )
      update builder_checks c
      set claimed_at = moment.at, due_at = moment.at + interval '1 hour'
      from chosen, moment
      where c.origin = chosen.origin
      returning c.origin`);
    return rows.map(({ origin }) => origin);
  });
}

/** Due again at some time of the next day (UTC), so that looks are spread over it. */
export async function recordLook(
  database: Database,
  origin: string,
  { state, tlsDays }: Look,
): Promise<void> {
  await database.write((db) =>
    db.query(sql`
      update builder_checks
      set state = ${state}, at = now(), tls_days = ${tlsDays ?? null},
          due_at = greatest(claimed_at + interval '1 hour',
                            date_trunc('day', now()) + (1 + random()) * interval '1 day')
      where origin = ${origin}`),
  );
}
