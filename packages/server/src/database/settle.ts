/** Events of another cluster: what a plain restore brings has numbers that mean nothing here. */
import { webhookEventTypes } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Database } from './database.ts';

// A log of many years takes its time.
const PATIENCE = { statementSeconds: 3600 };

/**
 * Makes the past of events whose transactions this cluster has not come to yet: they would be news
 * to every reader again and again. To be called before anything reads the log.
 *
 * @returns how many there were
 */
export async function settleEvents(database: Database): Promise<number> {
  const [found] = await database.read((db) =>
    db.query(sql`
      select from events where transaction_id >= pg_snapshot_xmax(pg_current_snapshot()) limit 1`),
  );
  if (!found) return 0;
  const [row] = await database.write(
    (db) =>
      db.query<{ settled: number }>(sql`select settle_events(${webhookEventTypes}) as settled`),
    PATIENCE,
  );
  return row?.settled ?? 0;
}
