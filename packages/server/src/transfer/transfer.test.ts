import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { createPartnerClient } from '@switchboard/sdk';
import sql from 'sql-template-tag';
import { currentPosition, readWindow } from '../events/window.ts';
import { quickstartFile } from '../quickstart/quickstart.ts';
import { proveSecretKey } from '../secret-key.ts';
import { send } from '../testing/http.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../testing/service.ts';
import { contents, exported, importInto, isOfOneCluster, isRow } from '../testing/transfer.ts';
import { listSequences } from './layout.ts';

const server = 'online';

describe('an export and its import', () => {
  let source: TestService;
  let partner: TestPartner;
  let file: string;

  before(async () => {
    source = await startService();
    await proveSecretKey(source.database, source.config.secretKeys ?? []);
    partner = await source.newPartner();
    for (let n = 0; n < 3; n += 1) {
      const account_id = await source.newAccount(partner);
      await partner.updateAccount({ account_id, server, account_name: `"שם" \\ ${n}` });
      await partner.updateAccount({ account_id, server, account_status: 0 });
      if (n === 0) await source.operator.holdAccount({ account_id, server, reason: 'abuse' });
    }
    await addOddRows(source);
    file = await exported(source);
  });

  test('moves every row of every table, whatever its types', async () => {
    const target = await startService();
    const heard = await importInto(target, file, '?replace=true');
    assert.equal(heard.http, 200, heard.text);
    const before = await contents(source);
    const after = await contents(target);
    assert.equal(after.get('events')?.pop()?.includes('installation.imported'), true);
    assert.deepEqual(after, before);
    assert.match(`${after.get('accounts')}`, /"held_reason": "abuse"/);
    assert.equal(after.size > 15, true);
    const counts = Object.fromEntries([...before].map(([name, rows]) => [name, rows.length]));
    assert.deepEqual(heard.body.tables, counts);
    assert.equal(heard.body.rows, file.trimEnd().split('\n').filter(isRow).length);
  });

  test('is no news to who reads the log: only that there was an import', async () => {
    const target = await startService();
    const { database } = target;
    const { next } = await database.read(currentPosition);
    assert.equal((await importInto(target, file, '?replace=true')).http, 200);
    const read = () => database.read((db) => readWindow(db, next, 100));
    const types = async () => (await read()).rows.map(({ type }) => type);
    assert.deepEqual(await types(), ['installation.imported']);
    await target.operator.createServer({ server: 'another' });
    assert.deepEqual(await types(), ['installation.imported', 'server.created']);
  });

  test('writes the same rows again after an import', async () => {
    const target = await startService();
    await importInto(target, file, '?replace=true');
    const again = await exported(target);
    const rows = (text: string) =>
      text
        .split('\n')
        .filter((line) => isRow(line) && !isOfOneCluster(line))
        .sort();
    assert.deepEqual(
      rows(again).filter((row) => !row.includes('installation.imported')),
      rows(file),
    );
  });

  test('nobody notices: tokens, secrets, keys, ETags and numbers go on', async () => {
    const token = await partner.accessToken();
    const headers = { 'idempotency-key': 'moved' };
    const body = accountRequest();
    const first = await send(source.baseUrl, 'createAccount', { token, headers, body });
    const account_id = Number(first.body.account_id);
    await partner.updateAccount({ account_id, server, account_status: 0 });
    const query = `?account_id=${account_id}&server=${server}`;
    const read = await send(source.baseUrl, 'getAccount', { token, query });
    const target = await startService();
    await importInto(target, await exported(source), '?replace=true');

    const replayed = await send(target.baseUrl, 'createAccount', { token, headers, body });
    assert.equal(replayed.headers['idempotent-replayed'], 'true');
    assert.equal(replayed.text, first.text);
    const moved = await send(target.baseUrl, 'getAccount', { token, query });
    assert.equal(moved.headers.etag, read.headers.etag);
    assert.deepEqual(moved.text, read.text);

    const { clientId, clientSecret } = partner;
    const there = createPartnerClient({ baseUrl: target.baseUrl, clientId, clientSecret });
    assert.equal(await target.newAccount(there), account_id + 1);
    await there.updateAccount({ account_id: account_id + 1, server, account_status: 0 });
    assert.equal((await target.newPartner()).partner > partner.partner, true);
    const [numbers] = await target.database.read((db) =>
      db.query(sql`
        select
          (select max(entry_number) from accounts where account_id <= ${account_id}) <
          (select entry_number from accounts where account_id = ${account_id + 1}) as entries,
          (select max(event_id) from events where type = 'installation.imported') =
          (select min(event_id) from events where event_id >
             (select max(event_id) from events where account_id = ${account_id})) as events`),
    );
    assert.deepEqual(numbers, { entries: true, events: true });
  });

  test('an import that replaces accounts lets nobody in who was cut off since', async () => {
    const here = await startService();
    const theirs = await here.newPartner();
    const account_id = await here.newAccount(theirs);
    const token = await theirs.accessToken();
    const backup = await exported(here);
    await theirs.updateAccount({ account_id, server, account_status: 0 });
    await here.operator.revokeCredential({ client_id: theirs.clientId });
    const entry = async () => {
      const [row] = await here.database.read((db) =>
        db.query<{ entry_number: number }>(sql`
          select entry_number from accounts where account_id = ${account_id}`),
      );
      return row?.entry_number ?? -1;
    };
    const atCut = await entry();
    assert.equal((await importInto(here, backup, '?replace=true')).http, 200);
    assert.ok((await entry()) > atCut);
    const heard = await send(here.baseUrl, 'getAccounts', { token });
    assert.equal(heard.body.reason, 3);
  });

  test('numbers never go back, not even when an older export replaces newer content', async () => {
    const target = await startService();
    for (let n = 0; n < 5; n += 1) await target.newPartner();
    const before = await target.database.read(listSequences);
    await importInto(target, file, '?replace=true');
    for (const { name, next } of await target.database.read(listSequences)) {
      const earlier = before.find((sequence) => sequence.name === name)?.next ?? '0';
      assert.equal(BigInt(next) >= BigInt(earlier), true, name);
    }
  });

  test("removes a quick start's file when its secrets open nothing any more", async () => {
    const target = await startService();
    const secrets = quickstartFile(target.config.dataDir);
    writeFileSync(secrets, JSON.stringify({ client_id: 'swb_ci_gone' }));
    await importInto(target, file.slice(0, -10), '?replace=true');
    assert.equal(existsSync(secrets), true);
    await importInto(target, file, '?replace=true');
    assert.equal(existsSync(secrets), false);
  });

  test('keeps that file when the import brought its credential', async () => {
    await source.database.write((db) =>
      db.query(sql`
        insert into quickstart (credential_id, person_ids)
        select credential_id, '{}' from credentials where client_id = ${partner.clientId}`),
    );
    const target = await startService();
    const secrets = quickstartFile(target.config.dataDir);
    writeFileSync(secrets, JSON.stringify({ client_id: partner.clientId }));
    await importInto(target, await exported(source), '?replace=true');
    assert.equal(existsSync(secrets), true);
  });
});

/** What no call makes: bytes, microseconds, arrays, the largest numbers, and every kind of text. */
async function addOddRows({ database }: TestService): Promise<void> {
  await database.write(async (db) => {
    await db.query(sql`
      insert into attempts (key, failed_at, blocked_until)
      values ('\\x00ff5c', array['2026-01-01 00:00:00.123456Z', 'infinity']::timestamptz[],
              '2026-02-03 04:05:06.000007Z')`);
    await db.query(sql`
      insert into events (event_id, type, actor_kind, actor_id, changes)
      values (9007199254740993, 'test', 'system', e'tab\t "quotes" \\\\ שלום 🙂 \u2028',
              '{"b": 9007199254740993.123456789012345678, "a": {"deep": [null, 1e-30]}}')`);
    await db.query(sql`
      insert into sessions (person_id, token_hash, expires_at, realm, number)
      select id, 'token'::bytea, now() + interval '1 day', 'console', 9223372036854775807
      from persons limit 1`);
    await db.query(sql`update persons set email_proved_at = now() where name like 'Ada%'`);
  });
}
