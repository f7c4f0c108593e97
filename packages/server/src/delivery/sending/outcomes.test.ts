/** What becomes of a try: one word for each way in which an address may fail, and what is kept. */
import assert from 'node:assert/strict';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { before, describe, test } from 'node:test';
import { SELF_SIGNED_CERTIFICATE, TEST_KEY } from '../../testing/certificates.ts';
import { atEnd } from '../../testing/ends.ts';
import { type Receiver, startReceiver } from '../../testing/receiver.ts';
import { newTold, type Told } from '../../testing/scenes/webhook.ts';
import { startService, type TestService } from '../../testing/service.ts';

const SECRET_PATH = 'a-secret-of-the-path';
const MINUTES = 60;
/** Seconds after which everything that was refused once is due. */
const NEXT_TRY = 6 * MINUTES;

type Answering = Exclude<Parameters<Receiver['answer']>[0], number>;

type Case = {
  what: string;
  /** Where the receiver itself does not answer. */
  url?: string;
  answering?: Answering;
  outcome: string;
  http_status: number | null;
  answer?: string;
  /** Seconds that it asks to be left alone. */
  rest?: number;
};

const saying =
  (status: number, body = '', headers: Record<string, string> = {}): Answering =>
  (_, response) =>
    response.writeHead(status, headers).end(body);

const byTheByte: Answering = (_, response) => {
  response.writeHead(200);
  const timer = setInterval(() => response.write('.'), 100);
  response.on('close', () => clearInterval(timer));
};

const REFUSING: Case[] = [
  {
    ...{ what: 'an error of its own', outcome: 'status_500', http_status: 500 },
    answering: saying(500, `Oh\0 😀${'.'.repeat(2_000)}`),
    answer: `Oh\ufffd 😀${'.'.repeat(1_016)}`,
  },
  { what: 'gone', answering: saying(410), outcome: 'status_410', http_status: 410, answer: '' },
  {
    ...{ what: 'a rest in seconds', outcome: 'status_429', http_status: 429, answer: 'Later' },
    answering: saying(429, 'Later', { 'retry-after': '600' }),
    rest: 600,
  },
  {
    ...{ what: 'a rest as a date', outcome: 'status_503', http_status: 503, answer: '' },
    answering: (_, response) =>
      response
        .writeHead(503, { 'retry-after': new Date(Date.now() + 600_000).toUTCString() })
        .end(),
    rest: 600,
  },
  {
    ...{ what: 'a rest until the end of time', outcome: 'status_429', http_status: 429 },
    answering: saying(429, '', { 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' }),
    ...{ answer: '', rest: 24 * 60 * MINUTES },
  },
  {
    ...{ what: 'another address', outcome: 'redirect', http_status: 302 },
    answering: saying(302, 'There', { location: 'http://127.0.0.1:9/' }),
  },
  {
    ...{ what: 'an endless body', outcome: 'too_large', http_status: 200 },
    answering: saying(200, 'x'.repeat(70_000)),
  },
  {
    ...{ what: 'a broken connection', outcome: 'reset', http_status: null },
    answering: (_, response) => response.socket?.destroy(),
  },
  { what: 'nothing in time', answering: () => {}, outcome: 'timeout', http_status: null },
  { what: 'byte by byte', answering: byTheByte, outcome: 'timeout', http_status: 200 },
];

/** Addresses where nobody can be told. */
async function unreachable(): Promise<Case[]> {
  const dead = await startReceiver();
  await dead.close();
  const credentials = { cert: SELF_SIGNED_CERTIFICATE, key: TEST_KEY };
  const insecure = createSecureServer(credentials, (_request, response) => response.end());
  await new Promise<void>((listening) => insecure.listen(0, '127.0.0.1', listening));
  atEnd(() => {
    insecure.close();
    insecure.closeAllConnections();
  });
  const { port } = insecure.address() as AddressInfo;
  const nowhere = { http_status: null };
  return [
    { ...nowhere, what: 'nobody', url: dead.url, outcome: 'connection_refused' },
    { ...nowhere, what: 'no such host', url: 'http://nobody.invalid/push', outcome: 'dns' },
    {
      ...{ ...nowhere, what: 'a certificate of nobody', outcome: 'bad_tls' },
      url: `https://127.0.0.1:${port}/${SECRET_PATH}?key=${SECRET_PATH}`,
    },
  ];
}

describe('an address', () => {
  let service: TestService;
  let beside: Told;
  let besideId: number;
  let lines = '';
  before(async () => {
    service = await startService({
      environment: { WEBHOOK_ALLOW_PRIVATE: 'true', LOG_LEVEL: 'debug' },
      log: {
        write: (line) => {
          lines += line;
        },
      },
    });
  });

  async function refusesAndRecovers(one: Case) {
    const { what, url, answering, outcome, http_status, answer, rest } = one;
    const told = await newTold(service, url);
    if (answering) told.receiver.answer(answering);
    const id = await told.newAccount();
    const [tried] = await told.until(what, ([first]) => first?.outcomes.length === 1);
    const delivery_id = tried?.event_id ?? 0;
    const { attempts, state, next_attempt_at } = await told.partner.getDelivery({ delivery_id });
    const [{ at, milliseconds, ...attempt } = { at: '', milliseconds: -1 }] = attempts;
    assert.equal(state, 'waiting', what);
    assert.deepEqual(attempt, { outcome, http_status, answer: answer ?? null }, what);
    assert.ok(milliseconds >= (outcome === 'timeout' ? 4_900 : 0), `${what}: ${milliseconds}`);
    assert.ok(Date.parse(at) <= Date.now() && Date.parse(next_attempt_at ?? '') > Date.now(), what);
    if (rest) {
      const { opens_in } = await told.webhook();
      assert.ok(opens_in > rest - 60 && opens_in <= rest, `${what}: ${opens_in}`);
    }
    await beside.rename(besideId, `Beside ${what}`);
    told.receiver.answer(200);
    if (url) await told.partner.setWebhook({ url: told.receiver.url });
    else await told.pass(rest ?? NEXT_TRY);
    await told.until(`${what} recovers`, ([first]) => first?.state === 'delivered');
    const again = await told.partner.getDelivery({ delivery_id });
    assert.deepEqual(
      again.attempts.map((each) => each.outcome),
      [outcome, 'delivered'],
    );
    assert.equal(told.receiver.arrived.at(-1)?.id, `evt_${delivery_id}`);
    assert.equal(told.receiver.arrived.at(-1)?.data.account_id, id);
    return told.partner.getEvents({ limit: 1_000 });
  }

  test('that fails is shown with the word for it, takes again afterwards, delays nobody, and is in no log', async () => {
    beside = await newTold(service);
    besideId = await beside.newAccount();
    const cases = [...REFUSING, ...(await unreachable())];
    const events = await Promise.all(cases.map((one) => refusesAndRecovers(one)));
    await beside.until('all beside', (all) => all.every(({ state }) => state === 'delivered'));
    assert.equal((await beside.deliveries()).length, 1 + cases.length);
    assert.ok(lines.length > 0);
    for (const secret of [/whsec_/, new RegExp(SECRET_PATH), /\/push/]) {
      assert.doesNotMatch(lines, secret);
      assert.doesNotMatch(JSON.stringify(events), secret);
    }
  });

  test('inside the operator’s own networks is sent nothing unless that is allowed', async () => {
    const strict = await startService();
    const told = await newTold(strict);
    await told.newAccount();
    const [tried] = await told.until('a try', ([first]) => first?.outcomes.length === 1);
    const { attempts } = await told.partner.getDelivery({ delivery_id: tried?.event_id ?? 0 });
    assert.deepEqual(
      attempts.map(({ outcome, http_status, answer }) => [outcome, http_status, answer]),
      [['private_address', null, null]],
    );
    assert.equal((await told.partner.testWebhook()).outcome, 'private_address');
    assert.equal(told.receiver.arrived.length, 0);
  });
});
