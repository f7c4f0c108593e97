/** Whether the database can be written at this moment: asked for `/readyz`. */
import sql from 'sql-template-tag';
import type { Database } from '../database.ts';

/** Anybody may ask; no more often than this is the database asked when it could be written. */
const GOOD_FOR_MS = 1_000;
/** Of a database in trouble as well, for a shorter time. */
const BAD_FOR_MS = 250;

/**
 * Answers a question that many may ask at a time: whether a change would be kept now. False on a
 * standby, while commits hang, and when the disk is full.
 */
export function watchWriting(database: Database): () => Promise<boolean> {
  let known = { isWritable: false, until: 0 };
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
      known = { isWritable: true, until: performance.now() + GOOD_FOR_MS };
    } catch {
      known = { isWritable: false, until: performance.now() + BAD_FOR_MS };
    }
    return known.isWritable;
  };
  return async () => {
    if (performance.now() < known.until) return known.isWritable;
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}
