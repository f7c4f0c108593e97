import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type Endpoint, type EndpointName, endpoints } from '@switchboard/contract';
import { assertRefused, type Sent, send } from '../../testing/http.ts';
import { startBodies } from '../../testing/scenes/body.ts';

const { service, partner, account_id, token, original, server, update, atDoorOf } =
  await startBodies();

describe('body and query', () => {
  test('a query on a POST is refused; mode original leaves out and lists what means nothing', async () => {
    const body = { account_id, server };
    const heard = await update({ query: '?account_status=0', body });
    assertRefused(heard, 39, 422);
    assert.match(String(heard.body.message), /"account_status" came in the query/);
    assert.equal((await update({ query: '?', body })).http, 200);

    const theirs = await service.newAccount(original);
    const sent = {
      token: await original.accessToken(),
      body: { account_id: theirs, server, y: 1 },
    };
    const kept = await update({ ...sent, query: '?x=1&x=2' });
    assert.deepEqual(kept.body.ignored, ['x', 'y']);
    // Its sender must be told that nothing was switched off.
    for (const name of ['account_status', 'accountID', 'status']) {
      const told = await update({ ...sent, query: `?x=1&${name}=0` });
      assertRefused(told, 39, 200);
      assert.match(String(told.body.message), new RegExp(`"${name}" came in the query`));
    }
  });

  test('DELETE takes its parameters in the body or in the query, not in both', async () => {
    const remove = async (sent: Sent) => send(service.baseUrl, 'deleteAccount', { token, ...sent });
    const [one, two, three] = [
      await service.newAccount(partner),
      await service.newAccount(partner),
      await service.newAccount(partner),
    ];
    assert.equal((await remove({ body: { accountID: one, server } })).http, 200);
    assert.equal((await remove({ query: `?account_id=${two}&server=online` })).http, 200);
    const both = { query: `?accountID=${three}`, body: { accountID: three, server } };
    assertRefused(await remove(both), 39, 422);
    assertRefused(await remove({}), 33, 422);
    assert.equal((await remove({ chunked: true, body: both.body })).http, 200);
  });

  test('a query parameter that comes twice is refused with its reason', async () => {
    const get = (query: string) => send(service.baseUrl, 'getAccounts', { token, query });
    for (const [query, reason] of [
      ['?limit=1&limit=1', 54],
      ['?server=online&server=online', 34],
      ['?q=%zz%ff&q=', 54],
      ['?__proto__=1', 39],
      ['?limit[]=1', 39],
    ] as const)
      assertRefused(await get(query), reason, 422, query);
    const both = `?account_id=${account_id}&accountID=${account_id}&server=online`;
    assert.equal((await send(service.baseUrl, 'getAccount', { token, query: both })).http, 200);
  });

  test('a GET with a body is answered by its query alone, unless that body is JSON', async () => {
    const ask = (sent: Sent) => send(service.baseUrl, 'getAccounts', { token, ...sent });
    for (const body of ['{', '', ' ', '{}', 'q=1', gzipSync('{"q":1}')])
      assert.equal((await ask({ body })).http, 200, String(body));
    for (const [name, endpoint] of Object.entries(endpoints) as [EndpointName, Endpoint][]) {
      if (endpoint.method !== 'GET') continue;
      for (const chunked of [false, true]) {
        const sent = { token, chunked, body: { q: 'x', nonsense: 1 } };
        const heard = await send(atDoorOf(endpoint), name, sent);
        assertRefused(heard, 39, 422, name);
        const told =
          'The parameter "q" came in the body; this call takes its parameters in the query.';
        assert.equal(heard.body.message, told);
      }
    }
    for (const body of ['[]', '8', 'null']) assertRefused(await ask({ body }), 39, 422, body);

    const kept = await original.accessToken();
    const heard = await ask({ token: kept, query: '?x=1', body: { server: 'nowhere', y: 1 } });
    assert.deepEqual([heard.body.status, heard.body.ignored], ['OK', ['server', 'y', 'x']]);
    assert.equal('ignored' in (await ask({ token: kept, body: '[1]' })).body, false);
  });
});
