import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { atEnd } from '../testing/ends.ts';
import { askingBy, newGuard, serve } from '../testing/scenes/guard.ts';

const get = askingBy(newGuard());

describe('addresses inside the operator’s own networks', () => {
  // Everything that leads, or might lead, to the listener on every address of this machine.
  const SPELLINGS = [
    ...['127.0.0.1', '127.1', '127.0.1', '127.255.255.254', '2130706433', '0x7f000001'],
    ...['0x7f.0.0.1', '0x7f.1', '0177.0.0.1', '017700000001', '0177.1', '127.0.0.1.', '0x7F.0x1'],
    ...['127。0。0。1', '１２７.0.0.1', '%31%32%37.0.0.1', '0', '0.0.0.0', '0x0', '00000.0'],
    ...['localhost', 'LOCALHOST', 'localhost.', 'ⓛocalhost', '[::1]', '[::]', '[0:0:0:0:0:0:0:1]'],
    ...['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:ffff:127.0.0.1]', '[::127.0.0.1]'],
    ...['[64:ff9b::127.0.0.1]', '[64:ff9b::7f00:1]', '[64:ff9b:1::127.0.0.1]', '[2002:7f00:1::]'],
    ...['[::ffff:0:127.0.0.1]', '[2001:0:7f00:1::]', '[fe80::1]', '[fc00::1]', '[fd00:ec2::254]'],
    ...['[ff02::1]', '[fec0::1]', '10.0.0.1', '172.16.0.1', '192.168.1.1', '100.64.0.1'],
    ...['169.254.169.254', '0xA9FEA9FE', '2852039166', '0251.0376.0251.0376', '192.0.2.1'],
    ...['198.18.0.1', '224.0.0.1', '255.255.255.255', '3232235777', '203.0.113.7'],
  ];

  test('are refused however they are spelt, and nothing is ever sent to them', async () => {
    let reached = 0;
    const server = createServer((_request, response) => response.end());
    server.on('connection', () => {
      reached += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, '::', resolve));
    atEnd(() => server.close());
    const { port } = server.address() as AddressInfo;
    assert.ok(SPELLINGS.length > 50);
    for (const scheme of ['http', 'https'])
      for (const host of SPELLINGS) {
        const url = `${scheme}://${host}:${port}/`;
        const { failure } = await get(url, { allowPrivate: false });
        // Names with a dot at their end are asked of name servers, which know no such name.
        const expected = host === 'localhost.' ? ['dns', 'private_address'] : ['private_address'];
        assert.ok(failure && expected.includes(failure), `${url}: ${failure}`);
      }
    assert.equal(reached, 0);
    assert.equal((await get(`http://[::ffff:127.0.0.1]:${port}/`)).httpStatus, 200);
    assert.equal((await get(`http://localhost:${port}/`)).httpStatus, 200);
    assert.equal(reached, 2);
    // A connection that was allowed is there, and not for those who may not.
    const { failure } = await get(`http://localhost:${port}/`, { allowPrivate: false });
    assert.equal(failure, 'private_address');
    assert.equal(reached, 2);
  });

  test('are refused at connecting: a name is asked once, and what it answered is what is judged', async () => {
    let reached = 0;
    const address = await serve((_request, response) => {
      reached += 1;
      response.end();
    });
    const url = address.replace('127.0.0.1', 'rebinding.example');
    const answers = ['203.0.113.1', '127.0.0.1', '::1', '10.0.0.1'];
    let asked = 0;
    const by = newGuard({ find: async () => [answers[asked++ % answers.length] ?? ''] });
    for (let turn = 1; turn <= 8; turn++) {
      const { failure } = await get(url, { allowPrivate: false }, by);
      assert.equal(failure, 'private_address');
      assert.equal(asked, turn);
    }
    assert.equal(reached, 0);
  });

  test('are left out where a name has others too', async () => {
    let reached = 0;
    const address = await serve((_request, response) => {
      reached += 1;
      response.end();
    });
    const url = address.replace('127.0.0.1', 'both.example');
    // Nothing here can be connected to that is public.
    const find = async () => ['127.0.0.1', '2606:4700::1111', '::1'];
    const timeoutMs = 300;
    const mixed = await get(url, { allowPrivate: false, timeoutMs }, newGuard({ find }));
    assert.ok(['connection_refused', 'timeout'].includes(mixed.failure ?? ''), mixed.failure);
    assert.equal(reached, 0);
    const all = await get(url, {}, newGuard({ find }));
    assert.equal(all.httpStatus, 200);
  });
});
