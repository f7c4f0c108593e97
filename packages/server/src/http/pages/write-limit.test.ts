import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type PageCall, pageCalls } from '@switchboard/contract';
import { Failure } from '../../failure.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';
import { assertFailure, newVisitor } from '../../testing/visitor.ts';
import { WRITE_RATE, WriteLimit } from './write-limit.ts';

describe('the limit on writes', () => {
  let seconds = 0;
  const newLimit = (rate = WRITE_RATE) => new WriteLimit(rate, () => seconds * 1000);
  const takes = (limit: WriteLimit, person: string): number => {
    for (let taken = 0; ; taken += 1)
      try {
        limit.take(person);
      } catch (error) {
        assert.ok(error instanceof Failure && error.code === 'too_many_writes');
        assert.ok((error.details.retryAfterSeconds ?? 0) >= 1);
        return taken;
      }
  };

  test('lets a person write 120 times at once and then once a second, whatever others do', () => {
    const limit = newLimit();
    assert.equal(takes(limit, 'a'), 120);
    seconds += 1;
    assert.equal(takes(limit, 'a'), 1);
    assert.equal(takes(limit, 'b'), 120);
    seconds += 5;
    assert.equal(takes(limit, 'a'), 5);
    seconds += 1_000_000;
    assert.equal(takes(limit, 'a'), 120);
  });

  test('says how long to wait, and who waits so long is let through', () => {
    const limit = newLimit({ perSecond: 0.1, burst: 1 });
    limit.take('a');
    seconds += 3;
    assert.throws(
      () => limit.take('a'),
      (error: Failure) => error.details.retryAfterSeconds === 7,
    );
    seconds += 7;
    limit.take('a');
  });

  test('remembers nobody whose time is over, and never more than 50,000', () => {
    const limit = newLimit();
    for (let n = 0; n < 60_000; n += 1) limit.take(`person ${n}`);
    assert.equal(limit.size, 50_000);
    seconds += 121;
    limit.take('a');
    assert.equal(limit.size, 1);
  });
});

describe('a person who changes things in a loop', () => {
  let service: TestService;
  let partner: TestPartner;
  before(async () => {
    service = await startService({ limits: { writes: { perSecond: 0.001, burst: 4 } } });
    partner = await service.newPartner();
  });

  test('is refused with the time to wait, in every account and by every browser; others are not', async () => {
    const [email, colleague] = [accountRequest().admin_email, accountRequest().admin_email];
    const one = await service.newAccount(partner, { admin_email: email });
    const two = await service.newAccount(partner, { admin_email: email });
    const their = await service.newAccount(partner, { admin_email: colleague });
    const signedIn = async (of: string) => {
      const visitor = newVisitor(service);
      assert.equal((await visitor.signIn(of)).http, 200);
      return visitor;
    };
    const [first, second] = [await signedIn(email), await signedIn(email)];
    const settings = (account: number) => `/api/workspace/${account}/settings` as const;
    const change = (n: number) => ({ language: n % 2 ? 'he' : 'en' });
    assert.equal((await first.patch(settings(one), change(1))).http, 200);
    assert.equal((await second.patch(settings(two), change(1))).http, 200);
    assert.equal((await second.patch('/api/profile', { name: 'Ada' })).http, 200);
    assert.equal((await first.post('/api/profile/invitations')).http, 200);
    for (const visitor of [first, second])
      for (const heard of [
        await visitor.patch(settings(one), change(2)),
        await visitor.patch(settings(two), change(2)),
        await visitor.post(`/api/workspace/${one}/agents`, {}),
        await visitor.delete(`/api/workspace/${one}/agents/9`),
        await visitor.patch('/api/profile', { name: 'Eve' }),
        await visitor.delete('/api/profile/devices'),
      ]) {
        assertFailure(heard, 'too_many_writes');
        assert.ok(Number(heard.headers['retry-after']) >= 1);
      }
    for (const call of Object.values(pageCalls) as PageCall[]) {
      const { failures } = call;
      // A guess has limits of its own.
      if (failures.includes('too_many_writes') && !failures.includes('too_many_failures'))
        assertFailure(await first.makes(call, { account_id: one }), 'too_many_writes');
    }
    const { body } = await first.get(`/api/workspace/${one}`);
    assert.equal((body.settings as { language: string }).language, 'he');
    assert.equal((await first.get('/api/profile')).http, 200);
    const other = await signedIn(colleague);
    assert.equal((await other.patch(settings(their), change(1))).http, 200);
    // Who may not write there at all learns nothing else than before.
    assertFailure(await first.patch(settings(their), change(1)), 'not_found');
  });
});
