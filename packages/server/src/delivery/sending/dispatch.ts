/** From the log to deliveries: one window at a time, by whichever node comes first. */
import { webhookEventTypes } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Database } from '../../database/database.ts';
import { type Position, readWindow } from '../../events/window.ts';

const MOST_ROWS = 1_000;
// Readers who were away long go from one milestone to the next (events/feed/feed.ts).
const EVENTS_PER_MILESTONE = 5_000;
// What is lost by a crash is read from the log again.
const UNHURRIED = sql`select set_config('synchronous_commit', 'off', true)`;

const isTold: ReadonlySet<string> = new Set(webhookEventTypes);

type PositionRow = {
  snapshot: string;
  up_to: string | null;
  after_event_id: number | null;
  events: number;
};

/**
 * Makes the deliveries of the next window and moves the position, in one transaction.
 *
 * @returns whether all of what is there now is read; false too while another node is at it
 * @throws DatabaseUnavailable
 */
export async function dispatch(database: Database): Promise<boolean> {
  return database.write(async (db) => {
    await db.query(UNHURRIED);
    const [row] = await db.query<PositionRow>(sql`
      select snapshot::text, up_to::text, after_event_id, events
      from delivery_position
      for update skip locked`);
    if (!row) return false;
    const position = positionOf(row);
    const { within } = position;
    const { rows, next } = await readWindow(db, position, MOST_ROWS);
    // A window that ends with a whole piece is over only when the next is found empty.
    if (rows.length === 0 && !within) return true;
    const told = rows.filter(({ type }) => isTold.has(type)).map(({ event_id }) => event_id);
    if (told.length > 0)
      await db.query(sql`select create_deliveries(${told}, ${webhookEventTypes})`);
    const events = row.events + rows.length;
    const isMilestone = events >= EVENTS_PER_MILESTONE && !next.within;
    if (isMilestone)
      await db.query(sql`insert into log_milestones (snapshot) values (${next.snapshot})`);
    await db.query(sql`
      update delivery_position
      set snapshot = ${next.snapshot}::pg_snapshot, up_to = ${next.within?.upTo ?? null}::pg_snapshot,
          after_event_id = ${next.within?.after ?? null},
          events = ${isMilestone ? 0 : events}`);
    // More may have happened since a window that took several pieces began.
    return !next.within && !within;
  });
}

const positionOf = ({ snapshot, up_to, after_event_id }: PositionRow): Position => ({
  snapshot,
  ...(up_to !== null && { within: { upTo: up_to, after: after_event_id ?? 0 } }),
});
