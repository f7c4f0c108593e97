import assert from 'node:assert/strict';
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import type { Database } from './database/database.ts';
import { openPostgres } from './database/postgres.ts';
import { keyOfDataDir, proveSecretKey } from './secret-key.ts';
import { atEnd } from './testing/ends.ts';
import { send } from './testing/http.ts';
import { accountRequest, cloneDatabase, startService } from './testing/service.ts';

const [first, second, third] = ['11', '22', '33'].map((digits) => digits.repeat(32)) as [
  string,
  string,
  string,
];

describe('the secret key', () => {
  let database: Database;
  before(async () => {
    database = openPostgres({ connection: await cloneDatabase() });
    atEnd(() => database.close());
  });

  test('is taken over by a new database, which refuses every other one from then on', async () => {
    await proveSecretKey(database, [first]);
    await proveSecretKey(database, [first]);
    await assert.rejects(proveSecretKey(database, [second]), /another SECRET_KEY/);
    await assert.rejects(proveSecretKey(database, [second, third]), /another SECRET_KEY/);
  });

  test('is rotated by "new,old", after which the new one suffices and the old one is refused', async () => {
    await proveSecretKey(database, [second, first]);
    await proveSecretKey(database, [second]);
    await assert.rejects(proveSecretKey(database, [first]), /another SECRET_KEY/);
  });

  test('is made once in DATA_DIR, for its owner alone, whole or not at all', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'switchboard-key-'));
    atEnd(() => rmSync(dataDir, { recursive: true }));
    // A start that was killed while it wrote, long ago.
    const left = join(dataDir, 'secret.key.0123456789ab.new');
    writeFileSync(left, '4d');
    utimesSync(left, 0, 0);
    const key = keyOfDataDir(dataDir, true);
    assert.match(key, /^[0-9a-f]{64}$/);
    assert.equal(keyOfDataDir(dataDir, false), key);
    assert.deepEqual(readdirSync(dataDir), ['secret.key']);
    const file = join(dataDir, 'secret.key');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(readFileSync(file, 'utf8'), `${key}\n`);
    writeFileSync(file, '');
    assert.throws(() => keyOfDataDir(dataDir, true), /holds no key/);
    // A new one in its place would look like the right one.
    rmSync(file);
    assert.throws(() => keyOfDataDir(dataDir, false), /is missing/);
    assert.equal(existsSync(file), false);
  });

  test('is written where a link leads to, beside files of any other name', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'switchboard-key-'));
    atEnd(() => rmSync(dataDir, { recursive: true }));
    for (const name of ['secret.key.new', 'there.key.new'])
      writeFileSync(join(dataDir, name), name);
    symlinkSync('there.key', join(dataDir, 'secret.key'));
    const key = keyOfDataDir(dataDir, true);
    assert.equal(readFileSync(join(dataDir, 'there.key'), 'utf8'), `${key}\n`);
    assert.equal(keyOfDataDir(dataDir, false), key);
    assert.ok(lstatSync(join(dataDir, 'secret.key')).isSymbolicLink());
    const names = ['secret.key', 'secret.key.new', 'there.key', 'there.key.new'];
    assert.deepEqual(readdirSync(dataDir).sort(), names);
  });

  test('may be rotated between a call and its repeat: the idempotency key still replays', async () => {
    const before = await startService({ environment: { SECRET_KEY: first } });
    const partner = await before.newPartner();
    const token = await partner.accessToken();
    const sent = { token, headers: { 'idempotency-key': 'one' }, body: accountRequest() };
    const made = await send(before.baseUrl, 'createAccount', sent);
    assert.equal(made.http, 200);

    const rotated = await startService({
      beside: before,
      environment: { SECRET_KEY: `${second},${first}` },
    });
    const again = await send(rotated.baseUrl, 'createAccount', sent);
    assert.equal(again.headers['idempotent-replayed'], 'true');
    assert.equal(again.text, made.text);
    const other = { ...sent, body: accountRequest() };
    assert.equal((await send(rotated.baseUrl, 'createAccount', other)).body.reason, 42);
  });
});
