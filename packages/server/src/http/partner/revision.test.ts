import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { assertRefused, type Sent, send } from '../../testing/http.ts';
import {
  accountRequest,
  sharedService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';

describe('ETag and If-Match', () => {
  let service: TestService;
  let partner: TestPartner;
  let token: string;
  const server = 'online';

  before(async () => {
    service = await sharedService();
    partner = await service.newPartner();
    token = await partner.accessToken();
  });

  const update = (body: object, ifMatch?: string) =>
    send(service.baseUrl, 'updateAccount', {
      token,
      body,
      ...(ifMatch === undefined ? {} : { headers: { 'if-match': ifMatch } }),
    });
  const get = (account_id: number, sent: Sent = {}) =>
    send(service.baseUrl, 'getAccount', {
      token,
      query: `?account_id=${account_id}&server=online`,
      ...sent,
    });

  test('the ETag counts the changes of the three settings', async () => {
    const created = await send(service.baseUrl, 'createAccount', { token, body: accountRequest() });
    assert.equal(created.headers.etag, '"1"');
    const account_id = Number(created.body.account_id);
    const steps: [object, string][] = [
      [{}, '"1"'],
      [{ account_name: 'My Account', account_status: 1, builder_url: '' }, '"1"'],
      [{ account_name: 'A', account_status: 0, builder_url: 'https://b.example' }, '"2"'],
      [{ account_status: 0 }, '"2"'],
      [{ account_status: 1 }, '"3"'],
      [{ builder_url: '' }, '"4"'],
    ];
    for (const [changes, etag] of steps) {
      const heard = await update({ account_id, server, ...changes });
      assert.equal(heard.headers.etag, etag, JSON.stringify(changes));
      assert.equal(`"${heard.body.revision}"`, etag);
      assert.equal((await get(account_id)).headers.etag, etag);
    }
  });

  test('If-Match lets a write pass that lists the current revision, or *', async () => {
    const account_id = await service.newAccount(partner);
    const names = ['"1"', '*', ' * ', '"4", "9"', '"9","5"', ' "6" ', 'W/"7", "7"', '"x", "8"'];
    for (const [index, ifMatch] of names.entries()) {
      const heard = await update({ account_id, server, account_name: `Name ${index}` }, ifMatch);
      assert.deepEqual([heard.http, heard.headers.etag], [200, `"${index + 2}"`], ifMatch);
    }
  });

  test('If-Match refuses what lists no current revision, and says the current one', async () => {
    const account_id = await service.newAccount(partner);
    await update({ account_id, server, account_name: 'Changed' });
    const never = [
      '"1"',
      '"1", "3"',
      'W/"2"',
      '2',
      "'2'",
      '"2',
      '"02x"',
      '""',
      '',
      ',',
      'x',
      '"*"',
    ];
    for (const ifMatch of [...never, '"2.0"', '" 2"', `"${'9'.repeat(30)}"`, '{2}', '"2};--"']) {
      for (const change of [{ account_name: 'Lost' }, {}]) {
        const heard = await update({ account_id, server, ...change }, ifMatch);
        assertRefused(heard, 41, 412, ifMatch);
        assert.equal(heard.headers.etag, '"2"', ifMatch);
      }
      const body = { accountID: account_id, server };
      const sent = { token, body, headers: { 'if-match': ifMatch } };
      const heard = await send(service.baseUrl, 'deleteAccount', sent);
      assertRefused(heard, 41, 412, ifMatch);
      assert.equal(heard.headers.etag, '"2"', ifMatch);
    }
    const { body } = await get(account_id);
    assert.deepEqual([body.account_name, body.revision], ['Changed', 2]);
  });

  test('If-Match with a tag that a proxy rewrote is told so, and never that the account changed', async () => {
    const account_id = await service.newAccount(partner);
    await update({ account_id, server, account_name: 'Changed' });
    const told = async (ifMatch: string, current: string) => {
      const body = { accountID: account_id, server };
      const headers = { 'if-match': ifMatch };
      const refused = [
        await update({ account_id, server, account_name: 'Lost' }, ifMatch),
        await send(service.baseUrl, 'deleteAccount', { token, body, headers }),
      ];
      for (const heard of refused) {
        assertRefused(heard, 41, 412, ifMatch);
        assert.equal(heard.headers.etag, current);
      }
      const [first, second] = refused.map(({ body: { message } }) => String(message));
      assert.equal(first, second);
      return first ?? '';
    };
    const rewritten = [
      'W/"2"',
      'w/"2"',
      '"2-gzip"',
      '"2--gzip"',
      '"2-br"',
      'W/"2-gzip"',
      '"2;gzip"',
      '"1", W/"2"',
    ];
    for (const ifMatch of rewritten) {
      const message = await told(ifMatch, '"2"');
      assert.match(
        message,
        /has not changed, but a proxy changed its ETag .* If-Match: "2"/,
        ifMatch,
      );
    }
    for (const ifMatch of ['', ',', '2', "'2'", '"x"', '"02x"', '"*"', '"2'])
      assert.match(await told(ifMatch, '"2"'), /^If-Match names no revision/, ifMatch);
    for (const ifMatch of ['"1"', 'W/"1"', '"1-gzip"', '"22"', '"3", W/"4"'])
      assert.match(await told(ifMatch, '"2"'), /^The account has changed since/, ifMatch);
  });

  test('If-Match lets deleteAccount pass that names the current revision', async () => {
    for (const ifMatch of ['"1"', '*', '"7", "1"']) {
      const body = { accountID: await service.newAccount(partner), server };
      const sent = { token, body, headers: { 'if-match': ifMatch } };
      assert.equal((await send(service.baseUrl, 'deleteAccount', sent)).http, 200, ifMatch);
    }
  });

  test('If-Match is ignored on the calls that do not take it', async () => {
    const account_id = await service.newAccount(partner);
    const headers = { 'if-match': '"999"' };
    assert.equal((await get(account_id, { headers })).http, 200);
    const sent = { token, body: accountRequest(), headers };
    assert.equal((await send(service.baseUrl, 'createAccount', sent)).http, 200);
  });

  test('of 20 writes on one revision exactly one passes', async () => {
    const account_id = await service.newAccount(partner);
    const writes = Array.from({ length: 20 }, (_, n) =>
      update({ account_id, server, account_name: `Writer ${n}` }, '"1"'),
    );
    const heard = await Promise.all(writes);
    assert.equal(heard.filter(({ http }) => http === 200).length, 1);
    for (const refused of heard.filter(({ http }) => http !== 200)) {
      assertRefused(refused, 41, 412);
      assert.equal(refused.headers.etag, '"2"');
    }
  });
});
