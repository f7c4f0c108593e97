/** For tests of export and import: both through the operator's door, and what a database holds. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { listTables, quoted } from '../transfer/layout.ts';
import { type Heard, send } from './http.ts';
import type { TestService } from './service.ts';

/** Whether a line of an export is a row of a table. */
export const isRow = (line: string): boolean => line.startsWith('{"table":');

/** Lines with an end that fits them. */
export function sealed(lines: string[]): string {
  const text = lines.map((line) => `${line}\n`).join('');
  const sha256 = createHash('sha256').update(text).digest('hex');
  return `${text}${JSON.stringify({ end: true, rows: lines.filter(isRow).length, sha256 })}\n`;
}

/** Rows of an export that begin anew where it is imported. */
export const isOfOneCluster = (row: string): boolean =>
  /^\{"table":"(installation|delivery_position)"/.test(row);

/** What belongs to one cluster, and how far its service has read meanwhile. */
const OF_ITS_OWN = [
  ...['transaction_id', 'snapshot', 'since', 'log_id'],
  ...['up_to', 'after_event_id', 'events'],
];

/** Every row as text, in order; without that. */
export async function contents({ database }: TestService): Promise<Map<string, string[]>> {
  return database.read(async (db) => {
    const all = new Map<string, string[]>();
    for (const { name } of await listTables(db)) {
      const order = name === 'events' ? 'at' : '1';
      const rows = await db.query<{ row: string }>({
        text: `
          select (to_jsonb(t) - $1::text[])::text as row from ${quoted(name)} t order by ${order}`,
        values: [OF_ITS_OWN],
      });
      all.set(
        name,
        rows.map(({ row }) => row),
      );
    }
    return all;
  });
}

/** Where the operator's door is. */
export const operatorUrl = ({ app }: TestService): string =>
  `http://127.0.0.1:${(app.operator.server.address() as AddressInfo).port}`;

/** A whole export. */
export async function exported(service: TestService): Promise<string> {
  const heard = await send(operatorUrl(service), '/operator/export', { method: 'POST' });
  assert.equal(heard.http, 200, heard.text);
  assert.equal(heard.headers['content-type'], 'application/x-ndjson');
  return heard.text;
}

/** What an import answers. */
export const importInto = (
  service: TestService,
  body: string | Buffer,
  query = '',
): Promise<Heard> =>
  send(operatorUrl(service), '/operator/import', { method: 'POST', query, body, chunked: true });

/** Waits for as long as the test may run. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}
