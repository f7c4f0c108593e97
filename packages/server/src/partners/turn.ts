/** One change at a time of what a partner has one of: its people, its credentials, its own row. */
import sql from 'sql-template-tag';
import type { Db } from '../database/database.ts';

// Of advisory locks with two keys; any constant will do.
const TURNS = 7_263_416;

/**
 * Waits for the partner's turn and keeps it until the transaction ends; call it before anything is
 * held. Not a lock of the partner's row: every caller shares that, and two of them who both want it
 * alone would wait for each other.
 */
export async function takeTurn(db: Db, partnerId: number): Promise<void> {
  await db.query(sql`select pg_advisory_xact_lock(${TURNS}, ${partnerId})`);
}
