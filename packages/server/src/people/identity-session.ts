/** What the library does to sessions, where it has to be done more strictly. */
import sql from 'sql-template-tag';
import type { Database } from '../database/database.ts';
import { Failure } from '../failure.ts';
import type { SessionRow } from './session.ts';

/** The library answers a sign-out with success even where the row could not be deleted. */
export async function endSession(database: Database, { id }: SessionRow): Promise<void> {
  await database.write((db) => db.query(sql`delete from sessions where id = ${id}`));
}

/**
 * The token of one of the caller's own sessions, by the id that `list-sessions` shows.
 *
 * @throws Failure not_found
 */
export async function tokenOf(
  database: Database,
  { person_id }: SessionRow,
  id: string,
): Promise<string> {
  const [row] = await database.read((db) =>
    db.query<{ token: string }>(sql`
      select token from sessions where id::text = ${id} and person_id = ${person_id}`),
  );
  if (!row) throw new Failure('not_found');
  return row.token;
}
