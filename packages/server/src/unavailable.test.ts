import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Endpoint, type EndpointName, endpointNames, endpoints } from '@switchboard/contract';
import { Refusal } from '@switchboard/sdk';
import sql from 'sql-template-tag';
import { assertShaped, type Heard, send } from './testing/http.ts';
import { startPostgres, type TestPostgres } from './testing/postgres.ts';
import { startService, type TestPartner, type TestService } from './testing/service.ts';

const server = 'online';
// Far above the 3 s or so that a call may take, so that a busy machine is no failure.
const STUCK_MS = 15_000;

describe('while the database is away', () => {
  let postgres: TestPostgres;
  let service: TestService;
  const partners: TestPartner[] = [];
  const lines: Record<string, unknown>[] = [];
  let account_id: number;

  before(async () => {
    postgres = await startPostgres();
    const { connection } = postgres;
    service = await startService({
      connection,
      environment: { LOG_LEVEL: 'info' },
      log: { write: (line) => void lines.push(JSON.parse(line)) },
    });
    for (const mode of ['strict', 'original'] as const)
      partners.push(await service.newPartner(mode));
    account_id = await service.newAccount(strict());
  });
  const strict = () => partners[0] as TestPartner;

  test('every call answers 503 (40) at once, in both modes, and serves again when it is back', async (t) => {
    const tokens = await tokensOf(partners);
    await strict().updateAccount({ account_id, server, account_name: 'Before' });
    await postgres.stop();
    t.diagnostic(`refused: ${await assertAllUnavailable(service, tokens)}`);
    await assertHealth(service, 503);
    await postgres.start();
    await untilServed(strict(), account_id);
    await assertHealth(service, 200);
    const now = await strict().getAccount({ account_id, server });
    assert.equal(now.account_name, 'Before');
  });

  test('the log has one line a request, and of all that failed one stack', () => {
    const failed = lines.filter(({ status }) => status === 503);
    assert.ok(failed.length > endpointNames.length);
    const ids = lines.flatMap(({ request_id }) => request_id ?? []);
    assert.equal(new Set(ids).size, ids.length);
    for (const { level, request_id, err } of failed) {
      assert.deepEqual([level, typeof request_id], [50, 'string']);
      assert.equal((err as Error).message === '', false);
    }
    const stacks = lines.filter(({ err }) => (err as Error | undefined)?.stack !== undefined);
    assert.equal(stacks.length, 1);
  });

  const freezes = { skip: process.platform === 'linux' ? false : 'reads /proc' };
  test('that hangs without a word, every call answers 503 (40) too', freezes, async (t) => {
    const tokens = await tokensOf(partners);
    await untilServed(strict(), account_id);
    postgres.freeze();
    t.diagnostic(`frozen: ${await assertAllUnavailable(service, tokens)}`);
    t.diagnostic(`new connections: ${await assertAllUnavailable(service, tokens)}`);
    await assertHealth(service, 503);
    const flood = Array.from({ length: 500 }, (_, n) => update(strict(), account_id, `Hung ${n}`));
    const answers = await within(Promise.all(flood));
    assert.deepEqual([...new Set(answers)], ['503 40']);
    postgres.thaw();
    await untilServed(strict(), account_id);
  });

  test('killed in the middle of a flood: each call is kept or refused, and none waits for ever', async (t) => {
    const id = await service.newAccount(strict());
    const answers: string[] = [];
    const kept: string[] = [];
    let over = false;
    const clients = Array.from({ length: 40 }, async (_, client) => {
      for (let n = 0; !over; n += 1) {
        const name = `Client ${client}, ${n}`;
        const answer = await update(strict(), id, name);
        if (answer === 'OK') kept.push(name);
        answers.push(answer);
      }
    });
    try {
      for (let kill = 0; kill < 3; kill += 1) {
        await sleep(200);
        await within(postgres.kill());
        await untilServed(strict(), id);
      }
      await terminateAll(service);
      await sleep(100);
    } finally {
      over = true;
    }
    await within(Promise.all(clients));
    const counts = Object.entries(Object.groupBy(answers, (answer) => answer));
    t.diagnostic(counts.map(([answer, all]) => `${all?.length} × ${answer}`).join(', '));
    assert.deepEqual(counts.map(([answer]) => answer).sort(), ['503 40', 'OK']);

    const events = await service.database.read((db) =>
      db.query<{ name: string }>(sql`
        select changes->'account_name'->>'to' as name from events where account_id = ${id}`),
    );
    const recorded = new Set(events.map(({ name }) => name));
    assert.deepEqual(
      kept.filter((name) => !recorded.has(name)),
      [],
      'acknowledged updates were lost',
    );
  });
});

/** A token each, which this process has seen and would guess to be in force. */
async function tokensOf(partners: TestPartner[]): Promise<string[]> {
  return Promise.all(
    partners.map(async (partner) => {
      await partner.getAccounts();
      return partner.accessToken();
    }),
  );
}

/** Calls every endpoint with every token, all at once; returns how long they took. */
async function assertAllUnavailable(service: TestService, tokens: string[]): Promise<string> {
  const started = performance.now();
  const calls = endpointNames.flatMap((name) =>
    tokens.map(async (token) => {
      const heard = await within(call(service, name, token));
      const label = `${name}: ${heard.text}`;
      assert.deepEqual([heard.http, heard.body.reason], [503, 40], label);
      assert.match(heard.headers['retry-after'] ?? '', /^[1-9]\d*$/, label);
      assertShaped(heard, label);
    }),
  );
  await Promise.all(calls);
  return `${calls.length} calls in ${Math.round(performance.now() - started)} ms`;
}

/** A request that is valid as far as that can be told without the database. */
function call(service: TestService, name: EndpointName, token: string): Promise<Heard> {
  const { surface, method, request }: Endpoint = endpoints[name];
  const values = Object.entries(request)
    // Of all that may be left out, one call needs one.
    .filter(([key, parameter]) => !parameter.optional || key === 'address')
    .map(([key, { example }]) => [key, example ?? examples[key as keyof typeof examples]]);
  const sent = Object.fromEntries(values) as Record<string, string>;
  const { port } = service.app.operator.server.address() as AddressInfo;
  return send(surface === 'operator' ? `http://127.0.0.1:${port}` : service.baseUrl, name, {
    ...(surface === 'partner' && { token }),
    ...(method === 'GET' ? { query: `?${new URLSearchParams(sent)}` } : { body: sent }),
  });
}

const examples = { server, partner: 1, name: 'A partner', client_id: 'swb_ci_x', account_id: 8 };

async function assertHealth(service: TestService, ready: 200 | 503): Promise<void> {
  assert.equal((await within(send(service.baseUrl, '/healthz', {}))).http, 200);
  // What was answered before is told for a while.
  const isReady = async (): Promise<void> => {
    if ((await send(service.baseUrl, '/readyz', {})).http === ready) return;
    await sleep(50);
    return isReady();
  };
  await within(isReady());
}

const update = (partner: TestPartner, account_id: number, account_name: string): Promise<string> =>
  partner.updateAccount({ account_id, server, account_name }).then(
    () => 'OK',
    (error) => (error instanceof Refusal ? `${error.http} ${error.number}` : String(error)),
  );

/** It has to come back by itself: nothing is done but to ask. */
async function untilServed(partner: TestPartner, account_id: number): Promise<void> {
  const served = async (): Promise<unknown> =>
    partner.getAccount({ account_id, server }).catch(async (error) => {
      if (!(error instanceof Refusal) || error.http !== 503) throw error;
      await sleep(20);
      return served();
    });
  await within(served());
}

async function terminateAll({ database }: TestService): Promise<void> {
  await database.read((db) =>
    db.query(sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'switchboard' and pid <> pg_backend_pid()`),
  );
}

function within<T>(work: Promise<T>): Promise<T> {
  const late = sleep(STUCK_MS, undefined, { ref: false }).then(() => assert.fail('no answer'));
  return Promise.race([work, late]);
}
