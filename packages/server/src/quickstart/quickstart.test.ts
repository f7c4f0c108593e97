import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createPartnerClient } from '@switchboard/sdk';
import sql from 'sql-template-tag';
import { policyOf } from '../app.ts';
import { readConfig } from '../config.ts';
import { openPostgres } from '../database/postgres.ts';
import { atEnd } from '../testing/ends.ts';
import { newDataDir, startProcess } from '../testing/process.ts';
import { cloneDatabase } from '../testing/service.ts';
import { greet } from './greeting.ts';
import {
  isQuickstartActive,
  type Quickstart,
  quickstartFile,
  setUpQuickstart,
} from './quickstart.ts';

const readFile = (dataDir: string) =>
  JSON.parse(readFileSync(quickstartFile(dataDir), 'utf8')) as Quickstart;

describe('the quick start', () => {
  test('is set up by the first start alone, in a file that only its owner can read', async (t) => {
    const dataDir = join(newDataDir(), 'data');
    const first = await startProcess({ DATA_DIR: dataDir });
    const made = readFile(dataDir);
    assert.deepEqual(Object.keys(made), [
      'base_url',
      'client_id',
      'client_secret',
      'account_id',
      'server',
      'agent_email',
      'agent_password',
      'console_email',
      'console_password',
    ]);
    assert.equal(made.account_id, 8);
    assert.equal(made.server, 'online');
    assert.equal(statSync(quickstartFile(dataDir)).mode & 0o777, 0o600);
    assert.equal(statSync(dataDir).mode & 0o777, process.getuid?.() === 0 ? 0o711 : 0o700);
    // Nobody looks at it: the output goes to a file.
    assert.match(first.output(), /quickstart\.json/);
    for (const secret of [made.client_secret, made.agent_password, made.console_password])
      assert.ok(!first.output().includes(secret));
    await assertAccount(first.baseUrl, made);
    first.signal('SIGTERM');
    assert.equal(await first.ended, 0);

    const since = performance.now();
    const second = await startProcess({ DATA_DIR: dataDir });
    t.diagnostic(`second start: ${Math.round(performance.now() - since)} ms`);
    const again = readFile(dataDir);
    assert.notEqual(again.base_url, made.base_url);
    assert.equal(new URL(again.base_url).port, new URL(second.baseUrl).port);
    assert.deepEqual({ ...again, base_url: '' }, { ...made, base_url: '' });
    await assertAccount(second.baseUrl, again);
    second.signal('SIGINT');
    assert.equal(await second.ended, 0);
  });

  test('killed while it is set up leaves nothing half: the next start makes it whole', async () => {
    const dataDir = newDataDir();
    const database = openPostgres({ connection: await cloneDatabase() });
    atEnd(() => database.close());
    const policy = policyOf(readConfig({}), (server) => server);
    // The write of the file fails in the middle of the transaction.
    const killed = setUpQuickstart(database, join(dataDir, 'missing'), 'http://x', policy);
    await assert.rejects(killed, { code: 'ENOENT' });
    const left = await database.read((db) =>
      db.query(sql`
        select from servers union all select from partners union all select from persons
        union all select from accounts`),
    );
    assert.deepEqual(left, []);

    const made = await setUpQuickstart(database, dataDir, 'http://x', policy);
    assert.deepEqual(made, readFile(dataDir));
    assert.ok(await isQuickstartActive(database));
    assert.equal(await setUpQuickstart(database, dataDir, 'http://x', policy), undefined);
  });

  test('is printed to a terminal with its secrets, elsewhere as the path of its file', () => {
    const config = readConfig({ DATA_DIR: '/srv/data' });
    const quickstart = { ...quickstartExample, base_url: 'http://localhost:8080' };
    const service = { baseUrl: quickstart.base_url, port: 8080, quickstart, isNew: true };
    const printed = (isTTY: boolean) => {
      let text = '';
      const write = (more: string) => {
        text += more;
      };
      greet({ ...service, stop: async () => {} }, config, { isTTY, write });
      return text;
    };
    assert.match(printed(true), /"client_secret":"swb_cs_secret"/);
    assert.match(printed(true), /account_status":0/);
    assert.match(printed(false), /\/srv\/data\/quickstart\.json/);
    assert.doesNotMatch(printed(false), /secret"|swb_cs|Password/);
    assert.match(
      printed(true),
      /console of its partner: http.*\n {2}e-mail partner@example\.com, password Password-2/,
    );
    assert.match(printed(false), /account 8: http:\/\/online\.localhost:8080\n/);
  });
});

const quickstartExample = {
  client_id: 'swb_ci_id',
  client_secret: 'swb_cs_secret',
  account_id: 8,
  server: 'online',
  agent_email: 'agent@example.com',
  agent_password: 'Password-1',
  console_email: 'partner@example.com',
  console_password: 'Password-2',
};

async function assertAccount(baseUrl: string, quickstart: Quickstart): Promise<void> {
  const { client_id: clientId, client_secret: clientSecret, account_id, server } = quickstart;
  const partner = createPartnerClient({ baseUrl, clientId, clientSecret });
  const account = await partner.getAccount({ account_id, server });
  assert.equal(account.account_name, 'My Account');
}
