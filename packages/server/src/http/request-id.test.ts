import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { send } from '../testing/http.ts';
import { sharedService, type TestService } from '../testing/service.ts';

describe('X-Request-Id', () => {
  let service: TestService;
  let token: string;

  before(async () => {
    service = await sharedService();
    token = await (await service.newPartner()).accessToken();
  });

  const ask = (id: string | undefined, to: `/${string}` = '/api/online/getAccounts') =>
    send(service.baseUrl, to, { token, headers: id === undefined ? {} : { 'x-request-id': id } });

  test('is kept when it has 1 to 64 harmless characters', async () => {
    for (const id of ['a', 'A-z_0.9', 'x'.repeat(64)]) {
      assert.equal((await ask(id)).headers['x-request-id'], id);
      const failed = await ask(id, '/api/nowhere');
      assert.equal(failed.body.request_id, id);
    }
  });

  test('is replaced by one of ours when it is anything else, and made when there is none', async () => {
    for (const id of [undefined, '', 'x'.repeat(65), 'a b', 'a/b', 'a\u00e9', 'a, b', '<script>']) {
      const heard = await ask(id);
      assert.match(String(heard.headers['x-request-id']), /^[0-9a-f-]{36}$/, id);
      const failed = await ask(id, '/api/online/%zz');
      assert.match(String(failed.body.request_id), /^[0-9a-f-]{36}$/, id);
      assert.equal(failed.headers['x-request-id'], failed.body.request_id);
    }
  });
});
