import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { accountId, type PageCall, pageCall, pageCalls } from './index.ts';

test('every page call below an account enters it through the gate, and no other does', () => {
  for (const [name, call] of Object.entries<PageCall>(pageCalls)) {
    const isBelow = /^\/api\/workspace\//i.test(call.path);
    assert.equal(call.enters === 'account', isBelow, name);
    if (!isBelow) continue;
    assert.match(call.path, /^\/api\/workspace\/:account_id(\/|$)/, name);
    assert.equal(call.params?.account_id, accountId, name);
  }
});

test('a page call past the gate does not compile', () => {
  const call = {
    method: 'GET',
    path: '/api/workspace/:account_id/usage',
    enters: 'account',
    params: { account_id: accountId },
    answer: z.object({}),
    failures: [],
  } as const;
  // @ts-expect-error: a session alone is not let into an account
  pageCall({ ...call, enters: 'session' });
  // @ts-expect-error: neither is nobody
  pageCall({ ...call, enters: 'nobody' });
  // @ts-expect-error: the gate finds the account by this name
  pageCall({ ...call, path: '/api/workspace/:id/usage' });
  // @ts-expect-error: and by this parameter
  pageCall({ ...call, params: {} });
  // @ts-expect-error: the gate leads into accounts alone
  pageCall({ ...call, path: '/api/usage' });
  assert.equal(pageCall(call), call);
});
