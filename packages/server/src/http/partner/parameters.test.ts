import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type Endpoint, type EndpointName, endpoints, reasons } from '@switchboard/contract';
import { assertRefused, type Sent, send } from '../../testing/http.ts';
import { sharedService, type TestPartner, type TestService } from '../../testing/service.ts';

describe('parameters on the wire', () => {
  let service: TestService;
  let partner: TestPartner;
  let account_id: number;
  let token: string;
  const server = 'online';

  before(async () => {
    service = await sharedService();
    partner = await service.newPartner();
    account_id = await service.newAccount(partner);
    token = await partner.accessToken();
  });

  const update = (body: object | string) => send(service.baseUrl, 'updateAccount', { token, body });

  test('null is never absent: on every call it is the reason of that parameter', async () => {
    for (const [name, endpoint] of Object.entries(endpoints) as [EndpointName, Endpoint][]) {
      if (endpoint.method === 'GET') continue;
      const url = endpoint.surface === 'operator' ? service.operatorUrl : service.baseUrl;
      const parameters = Object.entries(endpoint.request);
      for (const [index, [wrong, { reason }]] of parameters.entries()) {
        const before = parameters.slice(0, index).map(([key]) => [key, VALID[key] ?? 'online']);
        const body = { ...Object.fromEntries(before), [wrong]: null };
        const { number, http } = reasons[reason];
        const heard = await send(url, name, { token, body });
        assertRefused(heard, number, http, { name, body });
        assert.equal(heard.body.parameter, wrong);
      }
    }
  });

  test('a missing mandatory parameter is its reason, by GET too', async () => {
    assertRefused(await send(service.baseUrl, 'getAccount', { token }), 33, 422);
    const query = `?account_id=${account_id}`;
    assertRefused(await send(service.baseUrl, 'getAccount', { token, query }), 34, 422);
    assertRefused(await update({ account_id }), 34, 422);
    assertRefused(await update({ server }), 33, 422);
  });

  test('an id is an integer or a string of digits, under either spelling', async () => {
    const digits = String(account_id);
    for (const id of [account_id, digits, digits.padStart(7, '0'), `0${digits}`])
      for (const spelling of ['account_id', 'accountID']) {
        const { body, http } = await update({ [spelling]: id, server });
        assert.deepEqual([http, body.account_id], [200, account_id], `${spelling} ${id}`);
      }
    const bodies = [
      ...['8.5', '-1', '0', '-0', 'true', 'null', '"8a"', '" 8"', '"8 "', '""', '"0"', '"-8"'],
      ...['"+8"', '"8.0"', '"0x8"', '"8e0"', '1e99', '10000000', '"10000000"', '"00000008"'],
      ...['[8]', '{}', '{"account_id":8}', '"\\u0668"', '"８"', 'false', '8.0000001'],
    ];
    for (const id of bodies)
      for (const spelling of ['account_id', 'accountID']) {
        const heard = await update(`{"${spelling}":${id},"server":"online"}`);
        assertRefused(heard, 33, 422, { spelling, id });
        assert.equal(heard.body.parameter, 'account_id');
      }
    assert.equal((await update(`{"account_id":${digits}.0,"server":"online"}`)).http, 200);
  });

  test('both spellings at once are fine when they agree', async () => {
    const padded = String(account_id).padStart(7, '0');
    const agree = await update({ account_id, accountID: padded, server });
    assert.equal(agree.http, 200);
    for (const accountID of [account_id + 1, null, 'x']) {
      const heard = await update({ account_id, accountID, server });
      assertRefused(heard, 33, 422, accountID);
    }
    const body = { account_id, accountID: account_id + 1 };
    const heard = await send(service.baseUrl, 'deleteAccount', { token, body });
    assertRefused(heard, 33, 422);
    assert.equal(heard.body.parameter, 'accountID');
  });

  test('a server is a DNS label in any case', async () => {
    for (const name of ['online', 'ONLINE', 'OnLine'])
      assert.equal((await update({ account_id, server: name })).body.server, 'online');
    const wrong = ['', ' online', 'online ', '-online', 'online-', 'on.line', 'on_line', 'ónline'];
    for (const name of [...wrong, 'x'.repeat(51), 8, true, ['online'], {}, 'online\0', 'online\n'])
      assertRefused(await update({ account_id, server: name }), 34, 422, name);
    for (const name of ['nowhere', 'x'.repeat(50), '8', 'constructor'])
      assertRefused(await update({ account_id, server: name }), 34, 404, name);
  });

  test('account_status is 0, 1, "0" or "1" and nothing else', async () => {
    for (const status of [
      'true',
      'false',
      'null',
      '""',
      '2',
      '"active"',
      '"01"',
      '" 1"',
      '-1',
      '0.5',
      '[]',
      '[0]',
      '{}',
    ])
      assertRefused(
        await update(`{"account_id":${account_id},"server":"online","account_status":${status}}`),
        37,
        422,
        status,
      );
    for (const [sent, now] of [
      ['0', 0],
      ['1', 1],
      [0, 0],
      [1, 1],
    ] as const) {
      const { body } = await update({ account_id, server, account_status: sent });
      assert.equal(body.account_status, now);
    }
  });

  test('status_reason goes only with account_status', async () => {
    const alone = await update({ account_id, server, status_reason: 'unpaid' });
    assertRefused(alone, 37, 422);
    assert.equal(alone.body.parameter, 'status_reason');
    for (const status_reason of ['', ' ', 'x'.repeat(257), 8, 'a\nb']) {
      const heard = await update({ account_id, server, account_status: 1, status_reason });
      assertRefused(heard, 37, 422, status_reason);
    }
    const fine = { account_id, server, account_status: 1, status_reason: '😀'.repeat(256) };
    const { http, body } = await update(fine);
    assert.equal(http, 200);
    assert.equal('status_reason' in body, false);
  });

  test('names come back trimmed and NFC, and what nobody can see is refused', async () => {
    const ask = (account_name: string) => update({ account_id, server, account_name });
    for (const [sent, kept] of [
      ['  My \u00a0 Account \u3000', 'My \u00a0 Account'],
      ['Cafe\u0301', 'Café'],
      ['حسابي ١٢٣', 'حسابي ١٢٣'],
      ['\u05d7\u05e9\u05d1\u05d5\u05df \u200f8', '\u05d7\u05e9\u05d1\u05d5\u05df \u200f8'],
      ['👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦'],
      ['😀'.repeat(100), '😀'.repeat(100)],
      [`${' '.repeat(500)}x`, 'x'],
      ["'; drop table accounts; --", "'; drop table accounts; --"],
    ] as const)
      assert.equal((await ask(sent)).body.account_name, kept);
    for (const name of [
      '',
      ' ',
      '\u200b',
      '😀'.repeat(101),
      'a\0b',
      'a\u2028b',
      'a\u202eb',
      'a\u2066b',
    ])
      assertRefused(await ask(name), 36, 422, name);
    const escaped = (half: string) =>
      update(`{"account_id":${account_id},"server":"online","account_name":"a\\u${half}b"}`);
    for (const half of ['d800', 'dfff', '0000', '0009', '007f', '0085', 'dc00\\ud800'])
      assertRefused(await escaped(half), 36, 422, half);
    assert.equal((await escaped('d83d\\ude00')).body.account_name, 'a😀b');
  });
});

/** Values that every endpoint takes under these names; `online` is taken by all others. */
const VALID: Record<string, Sent['body']> = {
  account_id: 8,
  accountID: 8,
  agentID: 1,
  partner: 1,
  account_status: 1,
  builder_url: '',
  url: '',
  agents: 1,
  inboxes: 1,
  admin_email: 'a@example.com',
  admin_password: 'Aa!aaa',
  admin_2fa: 1,
  admin_2fa_value: 'a@example.com',
  support_url: '',
  support_email: '',
  mode: 'strict',
  since: 0,
  changes: [{ account_id: 8, server: 'online' }],
};
