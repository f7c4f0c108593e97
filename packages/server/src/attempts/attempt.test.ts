import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { startService, type TestPartner, type TestService } from '../testing/service.ts';

const WRONG = 'swb_cs_wrong';

type Try = { status: number; reason: number; retryAfter: number };

/** One try of a pair from an address, as the proxy before the service names it. */
async function tryFrom(
  service: TestService,
  address: string | undefined,
  client_id: string,
  client_secret: string,
): Promise<Try> {
  const response = await fetch(`${service.baseUrl}/api/settings/accessToken`, {
    method: 'POST',
    headers: address === undefined ? {} : { 'x-forwarded-for': address },
    body: JSON.stringify({ client_id, client_secret }),
  });
  const { reason } = (await response.json()) as { reason: number };
  return {
    status: response.status,
    reason,
    retryAfter: Number(response.headers.get('retry-after')),
  };
}

const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));

const countOf = (tries: Try[], status: number) =>
  tries.filter((one) => one.status === status).length;

/** Moves everything that the service remembers of failures into the past. */
const age = (service: TestService, seconds: number) =>
  service.database.write((db) =>
    db.query(sql`
      update attempts
      set failed_at = array(select t - ${seconds} * interval '1 second' from unnest(failed_at) as t),
          blocked_until = blocked_until - ${seconds} * interval '1 second'`),
  );

describe('failed tries behind a proxy that the configuration names', () => {
  let service: TestService;
  let partner: TestPartner;
  let addresses = 0;
  /** An address that no other test uses. */
  const fresh = () => `203.0.113.${++addresses}`;
  const fail = (address: string, clientId = partner.clientId) =>
    tryFrom(service, address, clientId, WRONG);
  const succeed = (address: string, by = partner) =>
    tryFrom(service, address, by.clientId, by.clientSecret);

  before(async () => {
    service = await startService({ environment: { TRUST_PROXY: '127.0.0.1' } });
    partner = await service.newPartner();
  });

  test('block a client id from an address after ten, even with the right secret', async () => {
    const address = fresh();
    for (let n = 0; n < 10; n += 1)
      assert.deepEqual(await fail(address), { status: 401, reason: 2, retryAfter: 0 });
    for (const blocked of [await fail(address), await succeed(address)]) {
      assert.equal(blocked.status, 429);
      assert.equal(blocked.reason, 3);
      assert.ok(blocked.retryAfter > 590 && blocked.retryAfter <= 600);
    }
  });

  test('do not hurt other clients behind the address, nor the client elsewhere', async () => {
    const address = fresh();
    const other = await service.newPartner();
    for (let n = 0; n < 11; n += 1) await fail(address);
    assert.equal((await succeed(address, other)).status, 200);
    assert.equal((await succeed(fresh())).status, 200);
    assert.equal((await succeed(address)).status, 429);
  });

  test('block an address after a hundred, whoever they name', async () => {
    const address = fresh();
    for (let n = 0; n < 100; n += 1)
      assert.equal((await fail(address, `swb_ci_guess_${n}`)).status, 401);
    assert.equal((await succeed(address)).status, 429);
    assert.equal((await succeed(fresh())).status, 200);
  });

  test('are counted without the successes among them', async () => {
    const address = fresh();
    for (let n = 0; n < 9; n += 1) await fail(address);
    for (let n = 0; n < 100; n += 1) assert.equal((await succeed(address)).status, 200);
    const atOnce = await Promise.all(times(20, () => succeed(address)));
    assert.equal(countOf(atOnce, 200), 20);
    assert.equal((await fail(address)).status, 401);
    assert.equal((await fail(address)).status, 429);
  });

  test('answer at most ten of 200 at once, and spare the neighbours', async () => {
    const address = fresh();
    const tries = await Promise.all(times(200, () => fail(address)));
    assert.equal(countOf(tries, 401), 10);
    assert.equal(countOf(tries, 429), 190);
    assert.ok(tries.every(({ status, retryAfter }) => status === 401 || retryAfter > 0));
    assert.equal((await succeed(address, await service.newPartner())).status, 200);
  });

  test('answer at most a hundred of 200 at once that name as many clients', async () => {
    const address = fresh();
    const tries = await Promise.all(times(200, (n) => fail(address, `swb_ci_burst_${n}`)));
    assert.equal(countOf(tries, 401), 100);
    assert.equal(countOf(tries, 429), 100);
  });

  test('are forgotten after ten minutes, and so is the block', async () => {
    const address = fresh();
    await Promise.all(times(50, () => fail(address)));
    await age(service, 590);
    assert.equal((await succeed(address)).status, 429);
    await age(service, 11);
    assert.equal((await succeed(address)).status, 200);
    const again = await Promise.all(times(20, () => fail(address)));
    assert.equal(countOf(again, 401), 10);
  });

  test('leave the limit once they are ten minutes old', async () => {
    const address = fresh();
    for (let n = 0; n < 9; n += 1) await fail(address);
    await age(service, 601);
    for (let n = 0; n < 10; n += 1) assert.equal((await fail(address)).status, 401);
    assert.equal((await fail(address)).status, 429);
  });

  test('are counted together for one /64 of IPv6', async () => {
    for (let n = 0; n < 10; n += 1) await fail(`2001:db8:0:7::${n}`);
    assert.equal((await succeed('2001:db8:0:7:ffff::1')).status, 429);
    assert.equal((await succeed('2001:db8:0:8::1')).status, 200);
  });

  test('are counted together at ten times as many for one /48 of IPv6', async () => {
    const from = (n: number) => `2001:db8:1:${n.toString(16)}::1`;
    for (let n = 0; n < 100; n += 1) assert.equal((await fail(from(n))).status, 401);
    assert.equal((await succeed(from(1000))).status, 429);
    assert.equal((await succeed('2001:db8:2:1::1')).status, 200);
    assert.equal((await succeed(from(1000), await service.newPartner())).status, 200);
  });

  test('of as many clients are counted together at a thousand for one /48', async () => {
    const from = (n: number) => `2001:db8:3:${n.toString(16)}::1`;
    const tries: Try[] = [];
    for (let n = 0; n < 10; n += 1)
      tries.push(
        ...(await Promise.all(times(101, (m) => fail(from(m % 20), `swb_ci_site_${n}_${m}`)))),
      );
    assert.equal(countOf(tries, 401), 1000);
    assert.equal((await succeed(from(1000))).status, 429);
    assert.equal((await succeed('2001:db8:4:1::1')).status, 200);
  });
});

describe('failed tries behind a proxy that the configuration does not name', () => {
  test('block the address after a thousand, and /readyz warns', async () => {
    const service = await startService();
    const partner = await service.newPartner();
    const warnings = async () => {
      const response = await fetch(`${service.baseUrl}/readyz`);
      return ((await response.json()) as { warnings: string[] }).warnings;
    };
    assert.deepEqual(await warnings(), []);
    const guess = (n: number) => tryFrom(service, '203.0.113.9', `swb_ci_guess_${n}`, WRONG);
    const pair = [partner.clientId, partner.clientSecret] as const;
    for (let n = 0; n < 9; n += 1)
      assert.equal(countOf(await Promise.all(times(110, (m) => guess(n * 110 + m))), 401), 110);
    assert.equal((await tryFrom(service, '203.0.113.9', ...pair)).status, 200);
    assert.match((await warnings()).join(), /TRUST_PROXY/);
    const last = await Promise.all(times(20, (n) => guess(990 + n)));
    assert.equal(countOf(last, 401), 10);
    assert.equal((await tryFrom(service, '203.0.113.9', ...pair)).status, 429);
  });

  test('block a client id after ten', async () => {
    const service = await startService();
    const { clientId, clientSecret } = await service.newPartner();
    for (let n = 0; n < 10; n += 1) await tryFrom(service, '203.0.113.9', clientId, WRONG);
    assert.equal((await tryFrom(service, '203.0.113.9', clientId, clientSecret)).status, 429);
  });

  test('cannot escape the limit by a forged X-Forwarded-For', async () => {
    const service = await startService();
    const { clientId, clientSecret } = await service.newPartner();
    for (let n = 0; n < 10; n += 1) await tryFrom(service, `203.0.113.${n}`, clientId, WRONG);
    assert.equal((await tryFrom(service, '203.0.113.99', clientId, clientSecret)).status, 429);
  });

  test('block the address when nothing was forwarded', async () => {
    const service = await startService();
    const { clientId, clientSecret } = await service.newPartner();
    for (let n = 0; n < 100; n += 1) await tryFrom(service, undefined, `swb_ci_${n}`, WRONG);
    assert.equal((await tryFrom(service, undefined, clientId, clientSecret)).status, 429);
  });
});
