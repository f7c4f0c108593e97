/** Sessions end: some or all of a person's, by a browser's new one, or with what made them. */
import sql, { type Sql } from 'sql-template-tag';
import type { Db } from '../../database/database.ts';
import { type Recorder, record } from '../../events/event.ts';
import { sha256 } from '../../secret.ts';
import type { Realm } from './session.ts';

/** Ends the sessions whose cookies a browser's new session takes the place of. */
export async function endSentSessions(
  db: Db,
  recorder: Recorder,
  tokens: readonly string[],
  realm: Realm,
): Promise<void> {
  const hashes = tokens.map(sha256);
  await endSessions(db, recorder, sql`token_hash = any (${hashes}) and realm = ${realm}`);
}

/** Ends every session of a person but one; how many. */
export function endOtherSessions(
  db: Db,
  recorder: Recorder,
  personId: string,
  keptId: string | undefined,
): Promise<number> {
  return endSessions(
    db,
    recorder,
    sql`person_id = ${personId} and id is distinct from ${keptId ?? null}::uuid`,
  );
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Ends one session of a person; whether it was one of theirs. */
export async function endSession(
  db: Db,
  recorder: Recorder,
  personId: string,
  id: string,
): Promise<boolean> {
  if (!UUID.test(id)) return false;
  return (await endSessions(db, recorder, sql`person_id = ${personId} and id = ${id}`)) > 0;
}

/** Ends sessions and records it of whose they were, which ends their live streams; how many. */
export async function endSessions(db: Db, recorder: Recorder, which: Sql): Promise<number> {
  const ended = await deleteSessions(db, which);
  for (const subject of new Set(ended.map(({ person_id }) => person_id)))
    await record(db, recorder, { type: 'person.signed_out', partnerId: null, subject });
  return ended.length;
}

/** Deletes sessions in the one order in which all do, and records nothing. */
export const deleteSessions = (db: Db, which: Sql): Promise<{ person_id: string }[]> =>
  db.query(sql`
    delete from sessions
    where id in (select id from sessions where ${which} order by id for update)
    returning person_id`);

/** Housekeeping. */
export const sweepSessions = sql`
  delete from sessions
  where id in (select id from sessions where expires_at < now() for update skip locked)`;
