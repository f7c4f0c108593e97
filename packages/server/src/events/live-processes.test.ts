import assert from 'node:assert/strict';
import { before, describe, type TestContext, test } from 'node:test';
import { createPartnerClient, type PartnerClient } from '@switchboard/sdk';
import { type Quickstart, readQuickstart } from '../quickstart/quickstart.ts';
import { openLive } from '../testing/live.ts';
import { startPostgres, type TestPostgres } from '../testing/postgres.ts';
import { newDataDir, startProcess, type TestProcess } from '../testing/process.ts';
import { newVisitor, type Visited } from '../testing/visitor.ts';

const ROUNDS = 20;

describe('two processes on one PostgreSQL', () => {
  let postgres: TestPostgres;
  let processes: [TestProcess, TestProcess];
  let quickstart: Quickstart;
  let partner: PartnerClient;

  before(async () => {
    postgres = await startPostgres();
    const { host, user, database } = postgres.connection;
    const query = new URLSearchParams({ host: `${host}`, user: `${user}` });
    const environment = () => ({
      DATABASE_URL: `postgres:///${database}?${query}`,
      SECRET_KEY: '5a'.repeat(32),
      DATA_DIR: newDataDir(),
    });
    const first = environment();
    const one = await startProcess(first);
    processes = [one, await startProcess(environment())];
    quickstart = readQuickstart(first.DATA_DIR, one.baseUrl) ?? assert.fail();
    const { client_id: clientId, client_secret: clientSecret } = quickstart;
    partner = createPartnerClient({ baseUrl: one.baseUrl, clientId, clientSecret, retries: 0 });
  });

  const at = ({ baseUrl }: TestProcess): Visited => ({
    baseUrl,
    config: { baseDomain: 'localhost', publicScheme: 'http' },
  });
  const set = (account_status: 0 | 1) =>
    partner.updateAccount({ account_id: 8, server: 'online', account_status });

  /** The quick start's agent, signed in at one process, with a stream open at both. */
  async function open() {
    const visitor = newVisitor(at(processes[0]));
    const heard = await visitor.signIn(quickstart.agent_email, quickstart.agent_password);
    assert.equal(heard.http, 200, heard.text);
    const streams = await Promise.all(
      processes.map(({ baseUrl }) => openLive(baseUrl, visitor, 8)),
    );
    for (const stream of streams) assert.equal((await stream.next())?.name, 'state');
    return { visitor, streams };
  }

  const report = (t: TestContext, what: string, times: number[]) => {
    const sorted = times.map(Math.round).sort((a, b) => a - b);
    t.diagnostic(
      `${what}: median ${sorted[Math.floor(sorted.length / 2)]} ms, longest ${sorted.at(-1)} ms, of ${sorted.length}`,
    );
  };

  test('end the streams of an account on both when it is switched off', async (t) => {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { visitor, streams } = await open();
      await set(0);
      const answered = performance.now();
      for (const stream of streams) {
        times.push(Math.max(0, (await stream.ended) - answered));
        assert.equal(stream.events.at(-1)?.name, 'disabled');
      }
      for (const { baseUrl } of processes)
        assert.equal((await openLive(baseUrl, visitor, 8)).http, 403);
      await set(1);
    }
    report(t, 'closed after the answer', times);
  });

  test('tell of new settings, and end what is signed out, on both', async (t) => {
    const [told, ended]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS / 2; round += 1) {
      const { visitor, streams } = await open();
      const language = round % 2 ? 'en' : 'he';
      await visitor.patch('/api/workspace/8/settings', { language });
      const changed = performance.now();
      await Promise.all(
        streams.map(async (stream) => {
          assert.equal((await stream.next())?.name, 'settings');
          told.push(performance.now() - changed);
        }),
      );
      await visitor.post('/api/auth/sign-out');
      const answered = performance.now();
      for (const stream of streams) ended.push((await stream.ended) - answered);
    }
    report(t, 'settings told after the answer', told);
    report(t, 'ended after signing out', ended);
  });

  test('end their streams by themselves when the database falls silent', async (t) => {
    const { streams } = await open();
    postgres.freeze();
    const frozen = performance.now();
    try {
      const times = await Promise.all(streams.map(async ({ ended }) => (await ended) - frozen));
      report(t, 'ended after the database froze', times);
    } finally {
      postgres.thaw();
    }
    // Nobody was told anything: the account is on, and the page connects again.
    for (const stream of streams) assert.deepEqual(stream.events.slice(1), []);
    const again = await open();
    for (const stream of again.streams) stream.close();
  });
});
