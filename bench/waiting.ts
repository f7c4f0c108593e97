/** What a claim of deliveries takes, however many others wait. */
import sql from 'sql-template-tag';
import type { openPostgres } from '../packages/server/src/database/postgres.ts';
import { claim } from '../packages/server/src/delivery/sending/claim.ts';
import { SERVER } from './stage.ts';

export type Say = (line: string) => void;
export type Database = ReturnType<typeof openPostgres>;

const WAITING = 1_000_000;

/** What a claim takes, before and while a million wait for one dead address. */
export async function manyWaiting(database: Database, say: Say): Promise<void> {
  const write = (statement: ReturnType<typeof sql>) =>
    database.write((db) => db.query(statement), { statementSeconds: 600 });
  await write(sql`
    update webhooks set probes = null, failures = 0, open_at = '-infinity' where partner_id > 2`);
  const without = await claims(database, write);
  await write(sql`
    insert into deliveries (event_id, partner_id, server, account_id)
    select 100000000 + n, 2, ${SERVER}, 1000000 + n % 100000 from generate_series(1, ${WAITING}) n`);
  await write(sql`
    insert into delivery_lanes (server, account_id, partner_id, waiting, due_at)
    select ${SERVER}, 1000000 + n, 2, 10, now() from generate_series(0, 99999) n`);
  await write(
    sql`update webhooks set probes = 1, open_at = now() + interval '1 hour' where partner_id = 2`,
  );
  const beside = await claims(database, write);
  say(
    `A claim of 64 lanes of 98 partners: ${spread(without)}; with ${WAITING.toLocaleString('en')} waiting in 100,000 lanes for one dead address: ${spread(beside)}.`,
  );
}

async function claims(
  database: Database,
  write: (statement: ReturnType<typeof sql>) => Promise<unknown>,
): Promise<number[]> {
  await database.pool.query('vacuum analyze');
  const times: number[] = [];
  for (let round = 0; round < 50; round += 1) {
    await write(sql`
      update delivery_lanes l set due_at = now(), lease = null, waiting = 1
      where partner_id > 2`);
    await write(sql`
      update deliveries set state = 'waiting' where event_id in (
        select max(event_id) from deliveries where partner_id > 2 group by server, account_id)`);
    const began = performance.now();
    const { lanes } = await claim(database, { lanes: 64, each: 8, of: new Map() });
    times.push(performance.now() - began);
    if (lanes.length !== 64) throw new Error(`${lanes.length} lanes were claimed`);
  }
  return times;
}

/** In milliseconds. */
export function spread(times: number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (q: number) => (sorted[Math.floor(q * (sorted.length - 1))] ?? Number.NaN).toFixed(1);
  return `median ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`;
}
