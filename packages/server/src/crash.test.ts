import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPartnerClient, type PartnerClient, Refusal } from '@switchboard/sdk';
import sql from 'sql-template-tag';
import { openPostgres } from './database/postgres.ts';
import { readQuickstart } from './quickstart/quickstart.ts';
import {
  connectionOf,
  killPostgres,
  newDataDir,
  startProcess,
  type TestProcess,
} from './testing/process.ts';
import { accountRequest } from './testing/service.ts';

const KILLS = 22;
const ACCOUNTS = 6;
const server = 'online';

/** What the clients know, all rounds together. */
type Ledger = {
  accounts: number[];
  /** Updates that were answered OK. */
  updates: { accountId: number; name: string; revision: number }[];
  /** Idempotency key → what was sent with it, and the account once it was answered OK. */
  keys: Map<string, { request: ReturnType<typeof accountRequest>; accountId?: number }>;
};

describe('a crash under load', () => {
  for (const postgresToo of [false, true])
    test(`of the process${postgresToo ? ' and its PostgreSQL' : ''} loses nothing that was acknowledged`, async (t) => {
      const dataDir = newDataDir();
      let running = await startProcess({ DATA_DIR: dataDir });
      const ledger: Ledger = { accounts: [], updates: [], keys: new Map() };
      const first = clientOf(dataDir, running);
      while (ledger.accounts.length < ACCOUNTS)
        ledger.accounts.push((await first.createAccount(accountRequest())).account_id);

      for (let kill = 0; kill < KILLS; kill += 1) {
        await loadUntilKilled(dataDir, running, ledger, postgresToo);
        running = await startProcess({ DATA_DIR: dataDir });
        await settleKeys(clientOf(dataDir, running), ledger);
      }
      await assertKept(dataDir, ledger);
      t.diagnostic(
        `${KILLS} kills; ${ledger.updates.length} updates, ${ledger.keys.size} keyed accounts`,
      );
      running.signal('SIGTERM');
      assert.equal(await running.ended, 0);
    });
});

/** Floods every account with names of its own and makes accounts, for 100 to 300 ms, then kills. */
async function loadUntilKilled(
  dataDir: string,
  running: TestProcess,
  ledger: Ledger,
  postgresToo: boolean,
): Promise<void> {
  const client = clientOf(dataDir, running);
  await client.accessToken();
  let killed = false;
  const flood = async (work: () => Promise<void>) => {
    while (!killed) await work().catch(() => sleep(2));
  };
  const clients = [...ledger.accounts, ...ledger.accounts].map((accountId) =>
    flood(async () => {
      const name = crypto.randomUUID();
      const { revision } = await client.updateAccount({
        account_id: accountId,
        server,
        account_name: name,
      });
      ledger.updates.push({ accountId, name, revision });
    }),
  );
  const creator = flood(async () => {
    const key = crypto.randomUUID();
    const keyed = { request: { ...accountRequest(), account_name: key }, accountId: 0 };
    ledger.keys.set(key, keyed);
    const answer = await client.createAccount(keyed.request, { idempotencyKey: key });
    keyed.accountId = answer.account_id;
  });

  await sleep(100 + Math.random() * 200);
  const postgresFirst = postgresToo && Math.random() < 0.5;
  if (postgresFirst) await killPostgres(dataDir);
  running.signal('SIGKILL');
  if (postgresToo) await killPostgres(dataDir);
  await running.ended;
  killed = true;
  await Promise.all([...clients, creator]);
}

/** Sends every key again: it replays what was answered, or runs now; none of them is stuck. */
async function settleKeys(client: PartnerClient, ledger: Ledger): Promise<void> {
  for (const [key, keyed] of ledger.keys) {
    const answer = await sendAgain(client, key, keyed.request);
    if (keyed.accountId) assert.equal(answer, keyed.accountId, 'the key ran a second time');
    keyed.accountId = answer;
  }
}

/** A killed process's transaction may hold its key for as long as PostgreSQL takes to notice. */
async function sendAgain(
  client: PartnerClient,
  key: string,
  request: ReturnType<typeof accountRequest>,
): Promise<number> {
  for (;;)
    try {
      return (await client.createAccount(request, { idempotencyKey: key })).account_id;
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason !== 'idempotency_key_running') throw error;
      await sleep(20);
    }
}

async function assertKept(dataDir: string, ledger: Ledger): Promise<void> {
  const database = openPostgres({ connection: connectionOf(dataDir) });
  const read = <Row>(statement: ReturnType<typeof sql>) =>
    database.read((db) => db.query<Row>(statement));
  const events = await read<{ account_id: number; name: string }>(sql`
    select account_id, changes->'account_name'->>'to' as name from events
    where type = 'account.updated' order by event_id`);
  const accounts = await read<{ account_id: number; account_name: string; revision: number }>(sql`
    select account_id, account_name, revision from accounts`);
  await database.close();

  const names = Map.groupBy(events, ({ account_id }) => account_id);
  // Revision 1 is the account's creation, 2 its first update.
  for (const { accountId, name, revision } of ledger.updates)
    assert.equal(names.get(accountId)?.[revision - 2]?.name, name, 'an update was lost');
  for (const { account_id, account_name, revision } of accounts) {
    const recorded = names.get(account_id) ?? [];
    assert.equal(revision, recorded.length + 1);
    if (recorded.length > 0) assert.equal(account_name, recorded.at(-1)?.name);
  }
  for (const [key, { accountId }] of ledger.keys) {
    const made = accounts.filter(({ account_name }) => account_name === key);
    assert.deepEqual(
      made.map(({ account_id }) => account_id),
      [accountId],
    );
  }
}

function clientOf(dataDir: string, { baseUrl }: TestProcess): PartnerClient {
  const quickstart = readQuickstart(dataDir, baseUrl);
  assert.ok(quickstart);
  const { client_id: clientId, client_secret: clientSecret } = quickstart;
  return createPartnerClient({ baseUrl, clientId, clientSecret, retries: 0, timeoutMs: 5_000 });
}
