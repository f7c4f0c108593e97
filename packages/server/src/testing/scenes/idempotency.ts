/** For tests of Idempotency-Key: calls with a key, and what they left. */
import assert from 'node:assert/strict';
import sql from 'sql-template-tag';
import { type Heard, type Sent, send } from '../http.ts';
import { startService } from '../service.ts';

/** A service, a partner with an account, and its calls with a key. */
export async function startKeys() {
  const service = await startService();
  const partner = await service.newPartner();
  const account_id = await service.newAccount(partner);
  const token = await partner.accessToken();
  const server = 'online';

  const withKey = (key: string, sent: Sent): Sent => ({
    token,
    ...sent,
    headers: { ...sent.headers, 'idempotency-key': key },
  });
  const update = (key: string, body: unknown, sent: Sent = {}) =>
    send(service.baseUrl, 'updateAccount', withKey(key, { body, ...sent }));
  const create = (key: string, body: unknown, sent: Sent = {}) =>
    send(service.baseUrl, 'createAccount', withKey(key, { body, ...sent }));
  /** How many of them the partner has. */
  const count = async (table: 'accounts' | 'events') => {
    const of = { accounts: sql`accounts`, events: sql`events` }[table];
    const [row] = await service.database.read((db) =>
      db.query<{ n: number }>(
        sql`select count(*) as n from ${of} where partner_id = ${partner.partner}`,
      ),
    );
    return row?.n ?? 0;
  };

  return { service, partner, account_id, server, withKey, update, create, count };
}

export function assertReplay(first: Heard, again: Heard): void {
  assert.equal(again.text, first.text);
  assert.equal(again.http, first.http);
  assert.equal(again.headers.etag, first.headers.etag);
  assert.equal(first.headers['idempotent-replayed'], undefined);
  assert.equal(again.headers['idempotent-replayed'], 'true');
  assert.equal(again.headers['cache-control'], 'no-store');
  assert.equal(again.headers['content-type'], first.headers['content-type']);
}
