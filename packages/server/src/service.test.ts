import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createOperatorClient } from '@switchboard/sdk';
import pg from 'pg';
import { readQuickstart } from './quickstart/quickstart.ts';
import { atEnd } from './testing/ends.ts';
import { newDataDir, runProcess, startProcess, type TestProcess } from './testing/process.ts';
import { environmentOf, partnerOf } from './testing/scenes/process.ts';

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  assert.ok(typeof address === 'object' && address);
  return String(address.port);
}

/** Lists the servers through the operator's socket; the HTTP status. */
function askOperator(socketPath: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path: '/operator/listServers', method: 'POST' }, (answer) =>
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0)),
    );
    asked.once('error', reject).end('{}');
  });
}

describe('the process', () => {
  let environment: Awaited<ReturnType<typeof environmentOf>>;
  let running: TestProcess;
  before(async () => {
    environment = await environmentOf();
    running = await startProcess(environment);
  });

  test('ends with a sentence on what it cannot work with, all bad settings at once', async () => {
    const expected: [Record<string, string>, RegExp][] = [
      [{ PORT: 'http', COMPATIBILITY: 'no' }, /settings are wrong:\nPORT .*\nCOMPATIBILITY .*\n$/],
      [
        { ...environment, DATABASE_URL: environment.DATABASE_URL.replace(/test_\w+/, 'nowhere') },
        /^The database cannot be reached: database "nowhere" does not exist\.\n$/,
      ],
      [
        { ...environment, SECRET_KEY: '77'.repeat(32) },
        /^This database belongs to another SECRET_KEY.*\n$/,
      ],
      [{ DATA_DIR: '/proc/x' }, /^DATA_DIR \/proc\/x cannot be written: .*\n$/],
      [{ DATA_DIR: '/dev/null/x' }, /^DATA_DIR \/dev\/null\/x cannot be written: .*\n$/],
      [environment, /^Another Switchboard listens on .*operator\.sock: stop it.*\n$/],
      [
        { ...environment, DATA_DIR: newDataDir(), PORT: new URL(running.baseUrl).port },
        /^Switchboard cannot listen \(.*EADDRINUSE.*\): change HOST and PORT\.\n$/,
      ],
    ];
    for (const [settings, words] of expected) {
      const { code, errors } = await runProcess('start', settings);
      assert.match(errors, words);
      assert.equal(code, 1);
    }
  });

  test('does not serve production while the quick start secrets are in force', async () => {
    const refused = await runProcess('serve', environment);
    assert.equal(refused.code, 1);
    assert.match(refused.errors, /^The quick start secrets are in force: .*quickstart remove.*\n$/);
    const fresh = await environmentOf();
    const serving = await startProcess(fresh, 'serve');
    assert.ok(!existsSync(join(fresh.DATA_DIR, 'quickstart.json')));
    serving.signal('SIGTERM');
    assert.equal(await serving.ended, 0);
  });

  test('names itself where it answers, and the setting that a misspelt one was meant for', async () => {
    const odd = await environmentOf({ HOST: '127.0.0.2', LOG_LEVEL: 'warn', LOGLEVEL: 'debug' });
    const there = await startProcess(odd);
    assert.equal(new URL(there.baseUrl).hostname, '127.0.0.2');
    assert.match(there.output(), /LOGLEVEL is not a setting, .* did you mean LOG_LEVEL\?/);
    assert.match(
      there.output(),
      /online of account 8 needs a name that leads to 127\.0\.0\.2: set/,
    );
    assert.equal(readQuickstart(odd.DATA_DIR, there.baseUrl)?.base_url, there.baseUrl);
    await partnerOf(there, odd.DATA_DIR).getAccount({ account_id: 8, server: 'online' });
    there.signal('SIGTERM');
    assert.equal(await there.ended, 0);
  });

  test('lets only its owner reach the operator on the socket, also with a long DATA_DIR', async () => {
    const socket = join(environment.DATA_DIR, 'operator.sock');
    assert.equal(statSync(socket).mode & 0o777, 0o600);
    assert.equal(await askOperator(socket), 200);

    const deep = join(newDataDir(), 'd'.repeat(100), 'e'.repeat(100));
    mkdirSync(deep, { recursive: true });
    const far = await startProcess(await environmentOf({ DATA_DIR: deep }));
    const short = readFileSync(join(deep, 'operator.sock.path'), 'utf8');
    atEnd(() => rmSync(dirname(short), { recursive: true }));
    assert.equal(statSync(short).mode & 0o777, 0o600);
    assert.equal(statSync(join(short, '..')).mode & 0o777, 0o700);
    assert.equal(await askOperator(short), 200);
    far.signal('SIGTERM');
    assert.equal(await far.ended, 0);
  });

  test('asks for the OPERATOR_TOKEN on the network, and shows metrics on their port alone', async () => {
    const OPERATOR_TOKEN = 'a-token-of-the-operator';
    const [operatorPort, METRICS_PORT] = [await freePort(), await freePort()];
    const other = await startProcess(
      await environmentOf({
        OPERATOR_LISTEN: `127.0.0.1:${operatorPort}`,
        OPERATOR_TOKEN,
        METRICS_PORT,
      }),
    );
    const baseUrl = `http://127.0.0.1:${operatorPort}`;
    for (const token of [undefined, 'another-token', `${OPERATOR_TOKEN}x`])
      await assert.rejects(createOperatorClient({ baseUrl }, token).listServers(), { http: 401 });
    const { list } = await createOperatorClient({ baseUrl }, OPERATOR_TOKEN).listServers();
    assert.equal(list.length, 1);

    const statusOf = async (url: string) => (await fetch(url)).status;
    const metrics = await fetch(`http://127.0.0.1:${METRICS_PORT}/metrics`);
    assert.match(await metrics.text(), /switchboard_http_request_seconds/);
    assert.equal(await statusOf(`http://127.0.0.1:${METRICS_PORT}/healthz`), 404);
    assert.equal(await statusOf(`${other.baseUrl}/metrics`), 404);
    assert.equal(await statusOf(`${other.baseUrl}/operator/listServers`), 404);
    other.signal('SIGTERM');
    assert.equal(await other.ended, 0);
  });

  test('writes its log in pieces, each line soon, and all of it when it ends', async () => {
    const talking = await startProcess(await environmentOf({ LOG_LEVEL: 'info' }));
    const ask = (id: string) =>
      fetch(`${talking.baseUrl}/api/online/getAccounts`, { headers: { 'x-request-id': id } });
    const isWritten = async (...ids: string[]) => {
      while (!ids.every((id) => talking.output().includes(`"request_id":"${id}"`))) await sleep(10);
    };
    await ask('the-first');
    await isWritten('the-first');
    const many = Array.from({ length: 100 }, (_, n) => `one-of-many-${n}`);
    await Promise.all(many.map(ask));
    talking.signal('SIGTERM');
    assert.equal(await talking.ended, 0);
    await isWritten(...many);
    const lines = talking.output().trim().split('\n');
    for (const line of lines.filter((text) => text.startsWith('{'))) JSON.parse(line);
  });

  test('told to stop under load, answers the requests in flight and then ends', async () => {
    const settings = await environmentOf();
    const stopped = await startProcess(settings);
    const partner = partnerOf(stopped, settings.DATA_DIR);
    const account = { server: 'online', account_id: 8 };
    await partner.getAccount(account);
    const flood = Array.from({ length: 20 }, async () => {
      while (await partner.getAccount(account).catch(() => undefined));
    });
    const holder = new pg.Client(settings.DATABASE_URL);
    await holder.connect();
    await holder.query('begin; select from accounts for update');
    const inFlight = partner.updateAccount({ ...account, account_name: 'In flight' });
    await sleep(200);
    stopped.signal('SIGTERM');
    await sleep(200);
    await holder.query('commit');
    await holder.end();
    assert.equal((await inFlight).account_name, 'In flight');
    assert.equal(await stopped.ended, 0);
    await Promise.all(flood);
  });

  test('told twice to stop, ends at once', async () => {
    const twice = await startProcess(await environmentOf());
    // A request whose body never comes keeps the first stop waiting.
    const { port } = new URL(twice.baseUrl);
    const hanging = request({ port, method: 'POST', path: '/api/settings/accessToken' });
    hanging.on('error', () => {});
    hanging.setHeader('content-length', 100);
    hanging.flushHeaders();
    await sleep(200);
    twice.signal('SIGINT');
    await sleep(200);
    twice.signal('SIGINT');
    assert.equal(await twice.ended, 1);
  });

  test('is the only one on an embedded DATA_DIR, and another is told so', async () => {
    const DATA_DIR = newDataDir();
    const first = await startProcess({ DATA_DIR });
    const { code, errors } = await runProcess('start', { DATA_DIR });
    assert.match(errors, /^Another Switchboard process \(\d+\) uses .*: stop it, or .*\n$/);
    assert.equal(code, 1);
    first.signal('SIGTERM');
    assert.equal(await first.ended, 0);
  });

  test('stops in an orderly way also when it is told to while it starts', async () => {
    const DATA_DIR = newDataDir();
    // Its database is being made.
    const when = () => readdirSync(DATA_DIR).length > 0;
    const { code: ended } = await runProcess('start', { DATA_DIR }, { signal: 'SIGTERM', when });
    assert.equal(ended, 0);
    const { code } = await runProcess('migrate', { DATA_DIR });
    assert.equal(code, 0);
  });
});
