import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { pino } from 'pino';
import { proxiesIn } from '../installation/proxies.ts';
import { openLive } from '../testing/live.ts';
import { accountRequest, atEnd, startService } from '../testing/service.ts';
import { newVisitor } from '../testing/visitor.ts';
import { type ConnectionLimits, operatorConnections, partnerConnections } from './connections.ts';
import { listenForPartners } from './listen.ts';
import { createServer } from './server.ts';

const quick = { headersMs: 150, requestMs: 150, longestMs: 150, checkMs: 20 };
const HALF_BODY = 'POST /healthz HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{';

const newServer = (limits: Partial<ConnectionLimits>, proxies: string[] = []) =>
  createServer(
    {
      log: pino({ level: 'silent' }),
      isProxy: proxiesIn(proxies),
      connections: { ...partnerConnections, ...limits },
      mode: 'strict',
    },
    new Map(),
  );

/** A server with a call that answers at once, and one that answers when it is told to. */
async function startServer(limits: Partial<ConnectionLimits>, proxies: string[] = []) {
  const held = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  let calls = 0;
  const server = newServer(limits, proxies);
  server.post('/healthz', async () => ({}));
  server.get('/healthz', async () => ({}));
  server.get('/large', async () => 'x'.repeat(50_000_000));
  server.get('/held', async () => {
    calls += 1;
    if (calls === 2) reached.resolve();
    await held.promise;
    return {};
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  atEnd(() => {
    server.server.closeAllConnections();
    return server.close();
  });
  const { port } = server.server.address() as AddressInfo;
  return { port, release: held.resolve, bothHeld: reached.promise };
}

type Peer = { socket: Socket; heard(): string; ended: Promise<unknown> };

/** A connection from an address of this machine, which has sent `text` and nothing else. */
async function open(port: number, text = '', localAddress = '127.0.0.1'): Promise<Peer> {
  const socket = connect({ host: '127.0.0.1', port, localAddress });
  let heard = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    heard += chunk;
  });
  socket.on('error', () => {});
  atEnd(() => socket.destroy());
  const ended = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'connect');
  socket.write(text);
  return { socket, heard: () => heard, ended };
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;

async function isAnswered(port: number, localAddress?: string): Promise<boolean> {
  const peer = await open(
    port,
    get('/healthz').replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'),
    localAddress,
  );
  await peer.ended;
  return peer.heard().startsWith('HTTP/1.1 200');
}

describe('a connection', () => {
  const halves = {
    'nothing at all': '',
    'half a header': 'GET /healthz HTTP/1.1\r\nhost: x\r\nx-a',
    'half a body': HALF_BODY,
    'half a body that nobody reads': HALF_BODY.replace('healthz', 'unknown'),
    'half a header after a whole request': `${get('/healthz')}GET /he`,
  };
  for (const [what, text] of Object.entries(halves))
    test(`that has sent ${what} is ended`, async () => {
      const { port } = await startServer(quick);
      const peer = await open(port, text);
      await peer.ended;
      assert.ok(text.includes(get('/healthz')) || /^HTTP\/1.1 4/.test(peer.heard()), peer.heard());
    });

  test('that waits for its next request is ended', async () => {
    const { port } = await startServer({ idleMs: 50 });
    const peer = await open(port, get('/healthz'));
    await peer.ended;
    assert.match(peer.heard(), /^HTTP\/1.1 200/);
  });

  test('on which nothing moves while it is answered is ended', async () => {
    const { port, release } = await startServer({ stalledMs: 100 });
    await (await open(port, get('/held'))).ended;
    release();
  });

  test('has so many requests answered at once; of one more it is told to come back, and ended', async () => {
    const { port, release, bothHeld } = await startServer({ mostRequests: 2 });
    const peer = await open(port, get('/held') + get('/held') + get('/healthz').repeat(1_000));
    await bothHeld;
    release();
    await peer.ended;
    const statuses = [...peer.heard().matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => status);
    assert.deepEqual(statuses, ['200', '200', '503']);
    assert.equal(peer.heard().match(/^x-request-id: \S/gim)?.length, 3);
    assert.match(peer.heard(), /retry-after: 2/i);
  });

  test('may send its next requests before it has the answer', async () => {
    const { port } = await startServer({});
    const peer = await open(port, get('/healthz').repeat(partnerConnections.mostRequests));
    while (peer.heard().split('HTTP/1.1 200').length <= partnerConnections.mostRequests)
      await once(peer.socket, 'data');
    peer.socket.write(get('/healthz'));
    await once(peer.socket, 'data');
    assert.match(peer.heard().slice(-400), /HTTP\/1.1 200/);
  });

  test('that has sent no HTTP is told so and ended, though its client keeps its half', async () => {
    const { port } = await startServer({});
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    atEnd(() => socket.destroy());
    socket.on('error', () => {});
    socket.write('nonsense\r\n\r\n');
    const ended = new Promise((resolve) => socket.once('close', resolve));
    const [told] = await once(socket, 'data');
    assert.match(String(told), /^HTTP\/1.1 400 .*This is not an HTTP request/s);
    // What it sends then is answered by a reset.
    const sending = setInterval(() => socket.write('more'), 20);
    await ended;
    clearInterval(sending);
  });
});

describe('the connections of one address', () => {
  test('are so many, while another address gets in', async () => {
    const { port } = await startServer({ mostOfAddress: 3 });
    const peers = await Promise.all([1, 2, 3].map(() => open(port, '', '127.0.0.2')));
    assert.equal(await isAnswered(port, '127.0.0.2'), false);
    assert.equal(await isAnswered(port, '127.0.0.3'), true);
    peers[0]?.socket.destroy();
    await peers[0]?.ended;
    while (!(await isAnswered(port, '127.0.0.2')));
  });

  test('are any number for a proxy that TRUST_PROXY names', async () => {
    const { port } = await startServer({ mostOfAddress: 3 }, ['127.0.0.2/31']);
    await Promise.all([1, 2, 3, 4].map(() => open(port, '', '127.0.0.2')));
    assert.equal(await isAnswered(port, '127.0.0.2'), true);
  });
});

describe('the connections of everybody', () => {
  test('make room for a newcomer: the oldest that is silent gives way', async () => {
    const { port } = await startServer({ most: 3 });
    const oldest = await open(port, '', '127.0.0.2');
    const others = [await open(port, '', '127.0.0.3'), await open(port, '', '127.0.0.4')];
    assert.equal(await isAnswered(port), true);
    await oldest.ended;
    assert.deepEqual(
      others.map(({ socket }) => socket.closed),
      [false, false],
    );
  });

  test('make room for a newcomer: one with half a body, or between two requests, gives way', async () => {
    for (const text of [HALF_BODY, get('/healthz')]) {
      const { port } = await startServer({ most: 3 });
      const peers = await Promise.all([1, 2, 3].map(() => open(port, text)));
      assert.equal(await isAnswered(port), true);
      await Promise.race(peers.map(({ ended }) => ended));
    }
  });

  test('make room for a newcomer: one that does not read its answer gives way', async () => {
    const { port } = await startServer({ most: 3 });
    const peers = await Promise.all([1, 2, 3].map(() => open(port)));
    for (const { socket } of peers) {
      socket.write(get('/large'));
      await once(socket, 'data');
      socket.pause();
    }
    assert.equal(await isAnswered(port), true);
    for (const { socket } of peers) socket.resume();
    await Promise.race(peers.map(({ ended }) => ended));
  });

  test('give way to nobody while they are being answered', async () => {
    const { port, release, bothHeld } = await startServer({ most: 2 });
    const peers = await Promise.all([1, 2].map(() => open(port, get('/held'))));
    await bothHeld;
    assert.equal(await isAnswered(port), false);
    release();
    for (const { socket } of peers) await once(socket, 'data');
    assert.match(peers.map(({ heard }) => heard()).join(), /^HTTP\/1.1 200.*HTTP\/1.1 200/s);
  });
});

test('a server at localhost has one listener, whose connections are all counted', async () => {
  const server = newServer({});
  atEnd(() => server.close());
  await listenForPartners(server, 'localhost', 0);
  assert.equal(server.addresses().length, 1);
});

// Long enough for calls on a busy machine.
const brief = { headersMs: 1_500, requestMs: 1_500, longestMs: 1_500, checkMs: 20 };

test('a live stream and an import outlive what ends others', async () => {
  const service = await startService({
    connections: {
      partners: { ...partnerConnections, ...brief },
      operator: { ...operatorConnections, ...brief, longestMs: 60_000 },
    },
  });
  const partner = await service.newPartner();
  const request = accountRequest();
  const account_id = await service.newAccount(partner, request);
  const visitor = newVisitor(service);
  await visitor.signIn(request.admin_email);
  const live = await openLive(service.baseUrl, visitor, account_id);
  assert.equal((await live.next())?.name, 'state');
  const operatorPort = Number(new URL(service.operatorUrl).port);
  const half = (path: string) => open(operatorPort, HALF_BODY.replace('/healthz', path));
  const imported = await half('/operator/import');

  await (await half('/operator/createPartner')).ended;
  await (await open(Number(new URL(service.baseUrl).port), HALF_BODY)).ended;
  imported.socket.write('noexport');
  await once(imported.socket, 'data');
  assert.match(imported.heard(), /^HTTP\/1.1 422 .*"reason":112/s);
  await partner.updateAccount({ account_id, server: 'online', account_name: 'Renamed' });
  assert.equal((await live.next())?.data.account_name, 'Renamed');
});
