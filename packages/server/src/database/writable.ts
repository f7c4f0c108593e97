/** Whether the database can be written at this moment: asked for `/readyz`. */
import sql from 'sql-template-tag';
import type { Database } from './database.ts';

/** Anybody may ask; no more often than this is the database asked for the same good news. */
const GOOD_FOR_MS = 1_000;

/**
 * Answers a question that many may ask at a time: whether a change would be kept now. False on a
 * standby, while commits hang, and when the disk is full.
 */
export function watchWriting(database: Database): () => Promise<boolean> {
  let goodUntil = 0;
  let asking: Promise<boolean> | undefined;
  const ask = async () => {
    try {
      await database.write(
        async (db) => {
          // The series does not fit and goes to the disk: a quarter of a megabyte, removed at once.
          await db.query(sql`set local work_mem = '64kB'`);
          // The message is in the write-ahead log and nowhere else; its commit waits as any other.
          await db.query(sql`
          select pg_logical_emit_message(true, 'switchboard', 'ready'),
            (select count(*) from generate_series(1, 20000)) as spilled`);
        },
        { expendable: true },
      );
      goodUntil = performance.now() + GOOD_FOR_MS;
      return true;
    } catch {
      return false;
    }
  };
  return async () => {
    if (performance.now() < goodUntil) return true;
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}
