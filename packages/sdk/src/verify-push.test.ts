import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { describe, test } from 'node:test';
import { PushInvalid, verifyPush } from '@switchboard/sdk';
import { Webhook } from 'standardwebhooks';

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const OTHER = `whsec_${Buffer.alloc(24, 8).toString('base64')}`;

const suspended = {
  type: 'account.suspended',
  timestamp: '2026-11-23T14:02:07.123Z',
  data: {
    event_id: 1042,
    account_id: 8,
    server: 'online',
    reference: 'A17',
    account_name: 'חשבון 😀',
    changes: { account_status: { from: 1, to: 0 } },
    status_reason: 'unpaid',
    actor: { kind: 'credential', id: 'swb_ci_x' },
    revision: 3,
  },
};
const BODY = JSON.stringify(suspended);

function headersOf(body: string, secrets = [SECRET], ageSeconds = 0): Record<string, string> {
  const at = new Date(Date.now() - ageSeconds * 1000);
  return {
    'webhook-id': 'evt_1042',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': secrets
      .map((secret) => new Webhook(secret).sign('evt_1042', at, body))
      .join(' '),
  };
}

const problemOf = (...args: Parameters<typeof verifyPush>): string => {
  try {
    verifyPush(...args);
    return 'none';
  } catch (error) {
    assert.ok(error instanceof PushInvalid, String(error));
    assert.doesNotMatch(error.message, /whsec_|BwcH|v1,/);
    return error.problem;
  }
};

describe('a push that is verified', () => {
  test('is read with its id, from headers of any kind and a body of text or bytes', () => {
    const headers = headersOf(BODY);
    const upper = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
    );
    const lists = Object.fromEntries(Object.entries(headers).map(([name, v]) => [name, [v]]));
    const ofNode: IncomingHttpHeaders = headers;
    const map = new Map(Object.entries(headers));
    for (const given of [ofNode, new Headers(headers), map, upper, lists])
      for (const body of [BODY, Buffer.from(BODY), new Uint8Array(Buffer.from(BODY))])
        assert.deepEqual(verifyPush(SECRET, given, body), { ...suspended, id: 'evt_1042' });
  });

  test('is typed by its type, and keeps what later versions add', () => {
    const later = JSON.stringify({ ...suspended, data: { ...suspended.data, more: 1 } });
    const push = verifyPush(SECRET, headersOf(later), later);
    assert.ok(push.type === 'account.suspended');
    const reason: string | undefined = push.data.status_reason;
    assert.equal(reason, 'unpaid');
    assert.deepEqual(push.data, { ...suspended.data, more: 1 });
  });

  test('of a type that this version does not know is told as unknown', () => {
    for (const type of ['account.borrowed', 'constructor', '__proto__']) {
      const body = JSON.stringify({ ...suspended, type });
      const push = verifyPush(SECRET, headersOf(body), body);
      assert.ok(push.type === 'unknown');
      assert.deepEqual([push.sent_type, push.data], [type, suspended.data]);
    }
  });

  test('needs one secret of several, and one signature of several, to fit', () => {
    const both = headersOf(BODY, [OTHER, SECRET]);
    assert.equal(verifyPush(SECRET, both, BODY).id, 'evt_1042');
    assert.equal(verifyPush([OTHER, SECRET], headersOf(BODY), BODY).id, 'evt_1042');
    const newer = { ...both, 'webhook-signature': `v2,x v1 ${both['webhook-signature']}` };
    assert.equal(verifyPush(SECRET, newer, BODY).id, 'evt_1042');
  });

  test('is refused under another secret, with another id or time, and with another body', () => {
    const headers = headersOf(BODY);
    const wrong = 'signature_wrong';
    assert.equal(problemOf(OTHER, headers, BODY), wrong);
    assert.equal(problemOf(SECRET, headers, `${BODY} `), wrong);
    assert.equal(problemOf(SECRET, headers, `\ufeff${BODY}`), wrong);
    assert.equal(problemOf(SECRET, headers, Buffer.from(`\ufeff${BODY}`)), wrong);
    assert.equal(problemOf(SECRET, headers, JSON.stringify(suspended, null, 1)), wrong);
    assert.equal(problemOf(SECRET, { ...headers, 'webhook-id': 'evt_1' }, BODY), wrong);
    const later = String(Number(headers['webhook-timestamp']) + 1);
    assert.equal(problemOf(SECRET, { ...headers, 'webhook-timestamp': later }, BODY), wrong);
    for (const signature of ['v1', 'v1,', 'v1,é', ',', ' ', 'v1a,x'])
      assert.equal(problemOf(SECRET, { ...headers, 'webhook-signature': signature }, BODY), wrong);
  });

  test('is refused without one of its headers, whatever it has beside them', () => {
    const headers = headersOf(BODY);
    for (const name of Object.keys(headers)) {
      const { [name]: _, ...rest } = headers;
      assert.equal(problemOf(SECRET, rest, BODY), 'header_missing');
      assert.equal(problemOf(SECRET, new Headers(rest), BODY), 'header_missing');
      for (const empty of ['', [], undefined])
        assert.equal(problemOf(SECRET, { ...headers, [name]: empty }, BODY), 'header_missing');
    }
  });

  test('is refused when it is older or newer than five minutes, or has no time', () => {
    assert.equal(problemOf(SECRET, headersOf(BODY, [SECRET], 240), BODY), 'none');
    assert.equal(problemOf(SECRET, headersOf(BODY, [SECRET], 330), BODY), 'timestamp_too_old');
    assert.equal(problemOf(SECRET, headersOf(BODY, [SECRET], -330), BODY), 'timestamp_too_new');
    for (const timestamp of ['now', '-5', '1e9', `${'9'.repeat(400)}`, '12 ']) {
      const headers = { ...headersOf(BODY), 'webhook-timestamp': timestamp };
      assert.equal(problemOf(SECRET, headers, BODY), 'timestamp_invalid');
    }
  });

  test('is refused when its body is none of Switchboard, though somebody signed it', () => {
    const bodies = [
      ...['', '{', 'null', '[]', '7', '{}', '{"type":"webhook.test","timestamp":"x","data":{}}'],
      JSON.stringify({ ...suspended, data: { ...suspended.data, account_id: '8' } }),
      JSON.stringify({ ...suspended, type: 'new.type', data: [] }),
    ];
    for (const body of bodies)
      assert.equal(problemOf(SECRET, headersOf(body), body), 'body_invalid');
  });

  test('asks for what the caller forgot, without telling the secret', () => {
    const headers = headersOf(BODY);
    const secrets = ['', 'whsec_', 'whsec_§§§', 'no-prefix', undefined as never, [], [SECRET, '']];
    for (const secret of secrets)
      assert.throws(() => verifyPush(secret, headers, BODY), {
        name: 'TypeError',
        message: /^verifyPush needs (a secret|secrets)(?!.*§|.*no-prefix)/,
      });
    assert.throws(() => verifyPush(SECRET, headers, suspended as never), {
      name: 'TypeError',
      message: /as it arrived/,
    });
  });
});
