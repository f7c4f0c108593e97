import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { proxiesIn } from '../installation/proxies.ts';
import { send } from '../testing/http.ts';
import { accountRequest, startService, type TestService } from '../testing/service.ts';
import { newVisitor } from '../testing/visitor.ts';
import { clientAddress, isPrivateAddress, readAddress } from './address.ts';

describe('isPrivateAddress', () => {
  const addresses = {
    true: [
      '127.0.0.1',
      '127.255.0.1',
      '10.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '169.254.1.1',
      '100.64.0.1',
      '::1',
      '::ffff:10.0.0.1',
      '::FFFF:127.0.0.1',
      'fd12::1',
      'fe80::1',
      'fe80::1%eth0',
    ],
    false: [
      '203.0.113.7',
      '172.32.0.1',
      '100.128.0.1',
      '::ffff:203.0.113.7',
      '2001:db8::1',
      '::2',
      '',
      'unknown',
      '10.0.0',
    ],
  };
  for (const [expected, list] of Object.entries(addresses))
    for (const address of list)
      test(`is ${expected} for "${address}"`, () => {
        assert.equal(String(isPrivateAddress(address)), expected);
      });
});

describe('readAddress', () => {
  const spellings: Record<string, string[]> = {
    '203.0.113.8': [
      '203.0.113.8',
      ' 203.0.113.8 ',
      '203.0.113.8:50000',
      '[203.0.113.8]',
      '::ffff:203.0.113.8',
      '::FFFF:CB00:7108',
      '0:0:0:0:0:ffff:203.0.113.8',
      '[::ffff:203.0.113.8]:443',
    ],
    '2001:db8::1': [
      '2001:db8::1',
      '2001:DB8::1',
      '2001:0db8:0000:0:0:0:0:0001',
      '[2001:db8::1]',
      '[2001:DB8::1]:443',
      '2001:db8::1%eth0',
      '[2001:db8::1%eth0]:443',
      '2001:db8::0.0.0.1',
    ],
  };
  for (const [address, texts] of Object.entries(spellings))
    for (const text of texts)
      test(`reads "${text}" as ${address}`, () => {
        assert.equal(readAddress(text), address);
      });

  const others = [
    '',
    'unknown',
    '_hidden',
    '203.0.113',
    '203.0.113.8:',
    '203.0.113.8:x',
    '[',
    '[]',
  ];
  const odd = [
    '203.0.113.8:500000',
    '[2001:db8::1',
    '2001:db8::1]',
    '[2001:db8::1]x',
    '1:2',
    '0x7f.1',
  ];
  for (const text of [...others, ...odd])
    test(`reads nothing in "${text}"`, () => {
      assert.equal(readAddress(text), undefined);
    });
});

describe('clientAddress', () => {
  const isProxy = proxiesIn(['10.0.0.0/8', 'fd00::/8', '::1', '192.0.2.1']);
  const from = (remoteAddress: string | undefined, forwarded?: string) =>
    clientAddress(
      { socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } } as never,
      isProxy,
    );

  const chains: [string, string | undefined, string | undefined, string | undefined][] = [
    ["is the peer's own where it is no proxy", '203.0.113.1', '203.0.113.8', '203.0.113.1'],
    ["is the peer's own where it says nothing", '10.0.0.1', undefined, '10.0.0.1'],
    ['is undefined on a unix socket', undefined, '203.0.113.8', undefined],
    ['knows a proxy that is mapped into IPv6', '::ffff:10.0.0.1', '203.0.113.8:1', '203.0.113.8'],
    ['knows proxies with ports', '::1', '203.0.113.8, [FD00::1]:80, 10.1.1.1:80', '203.0.113.8'],
    ['stays with the proxy that wrote no address', '10.0.0.1', '203.0.113.8, unknown', '10.0.0.1'],
    ['stays with the nearest before one', '10.0.0.1', '203.0.113.8, x, 192.0.2.1', '192.0.2.1'],
    ['leaves out what is empty', '10.0.0.1', ' , 203.0.113.8,, 10.0.0.2 ,', '203.0.113.8'],
    ['is the first where all are proxies', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['follows 20 hops', '10.0.0.1', `203.0.113.8${', 10.0.0.2'.repeat(20)}`, '10.0.0.2'],
  ];
  for (const [promise, peer, forwarded, address] of chains)
    test(promise, () => {
      assert.equal(from(peer, forwarded), address);
    });
});

describe("the client's address", () => {
  /** What the service recorded as the address of a request with this X-Forwarded-For. */
  const recorded = async (service: TestService, forwarded: string) => {
    const partner = await service.newPartner();
    const account_id = await service.newAccount(partner);
    const response = await fetch(`${service.baseUrl}/api/online/updateAccount`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await partner.accessToken()}`,
        'x-forwarded-for': forwarded,
      },
      body: JSON.stringify({ account_id, server: 'online', account_name: 'New name' }),
    });
    assert.equal(response.status, 200);
    const [event] = await service.database.read((db) =>
      db.query<{ address: string }>(
        sql`select address from events where account_id = ${account_id} order by event_id desc`,
      ),
    );
    return event?.address;
  };

  describe('behind trusted proxies', () => {
    let service: TestService;
    before(async () => {
      service = await startService({ environment: { TRUST_PROXY: '127.0.0.1, 10.0.0.0/8' } });
    });

    test('is the last one in X-Forwarded-For that is no proxy', async () => {
      assert.equal(await recorded(service, '203.0.113.7'), '203.0.113.7');
      assert.equal(await recorded(service, '203.0.113.7, 10.1.2.3'), '203.0.113.7');
    });

    test('cannot be forged by what a client puts before it', async () => {
      assert.equal(await recorded(service, '198.51.100.1, 203.0.113.7'), '203.0.113.7');
    });

    test('is recorded in one spelling, however the proxy writes it', async () => {
      assert.equal(await recorded(service, '203.0.113.8:50000'), '203.0.113.8');
      assert.equal(await recorded(service, '::FFFF:203.0.113.8'), '203.0.113.8');
      assert.equal(await recorded(service, '[2001:DB8:0::1]:443'), '2001:db8::1');
      assert.equal(await recorded(service, 'unknown'), '127.0.0.1');
    });

    test('counts as one for the limits, whichever port or spelling it comes with', async () => {
      const statuses: number[] = [];
      for (let port = 50_000; port < 50_011; port++) {
        const heard = await send(service.baseUrl, 'accessToken', {
          headers: { 'x-forwarded-for': port % 2 ? `[2001:db8::1]:${port}` : `2001:DB8::A` },
          body: { client_id: 'swb_ci_nobody', client_secret: 'wrong' },
        });
        statuses.push(heard.http);
      }
      assert.deepEqual(statuses, [...new Array<number>(10).fill(401), 429]);
    });

    test("is the session's, and the log's", async () => {
      const lines: string[] = [];
      const log = { write: (line: string) => void lines.push(line) };
      const logged = await startService({
        environment: { TRUST_PROXY: 'loopback', LOG_LEVEL: 'info' },
        log,
      });
      const request = accountRequest();
      await logged.newAccount(await logged.newPartner(), request);
      const visitor = newVisitor(logged);
      const headers = { 'x-forwarded-for': '203.0.113.8:50000' };
      assert.equal((await visitor.signIn(request.admin_email, undefined, { headers })).http, 200);
      const [session] = await logged.database.read((db) =>
        db.query<{ ip_address: string }>(sql`select ip_address from sessions`),
      );
      assert.equal(session?.ip_address, '203.0.113.8');
      assert.ok(lines.some((line) => line.includes('"address":"203.0.113.8"')));
      assert.ok(!lines.some((line) => line.includes('50000')));
    });
  });

  test("is the connection's own while TRUST_PROXY is off", async () => {
    const service = await startService();
    assert.equal(await recorded(service, '203.0.113.7'), '127.0.0.1');
  });
});
