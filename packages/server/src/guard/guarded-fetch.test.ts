import assert from 'node:assert/strict';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createRawServer, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import {
  ELSEWHERE_CERTIFICATE,
  EXPIRED_CERTIFICATE,
  GOOD_CERTIFICATE,
  SELF_SIGNED_CERTIFICATE,
  TEST_AUTHORITY,
  TEST_KEY,
} from '../testing/certificates.ts';
import { askingBy, listening, newGuard, serve, serveRaw } from '../testing/scenes/guard.ts';
import { Guard } from './guarded-fetch.ts';

const get = askingBy(newGuard());

const serveSecure = async (cert: string): Promise<number> =>
  listening(createSecureServer({ cert, key: TEST_KEY }, (_request, response) => response.end()));

describe('an exchange', () => {
  test('answers status and text, and sends what it was given but no user and password', async () => {
    const url = await serve(async (request, response) => {
      const { method, url, headers } = request;
      const body = Buffer.concat(await request.toArray()).toString();
      const { authorization = '', 'x-a': a } = headers;
      response.writeHead(201).end(JSON.stringify({ method, url, authorization, a, body }));
    });
    const withUser = `${url.replace('//', '//user:secret@')}path?query=1#part`;
    const {
      httpStatus,
      answer = '',
      failure,
    } = await get(withUser, {
      ...{ method: 'POST', body: 'שלום', headers: { 'x-a': 'b' } },
    });
    assert.equal(failure, undefined);
    assert.equal(httpStatus, 201);
    assert.deepEqual(JSON.parse(answer), {
      ...{ method: 'POST', url: '/path?query=1', authorization: '', a: 'b', body: 'שלום' },
    });
  });

  test('ends at a redirect, which it does not follow', async () => {
    let reached = 0;
    const there = await serve((_request, response) => {
      reached += 1;
      response.end();
    });
    for (const status of [301, 302, 303, 307, 308]) {
      const url = await serve((_request, response) =>
        response.writeHead(status, { location: there }).end(),
      );
      const { httpStatus, failure } = await get(url);
      assert.deepEqual([httpStatus, failure], [status, 'redirect']);
    }
    const unchanged = await serve((_request, response) => response.writeHead(304).end());
    assert.equal((await get(unchanged)).failure, undefined);
    assert.equal(reached, 0);
  });

  test('reads no more than it may: a longer body or endless headers are too large', async () => {
    let isClosed = false;
    const url = await serve((_request, response) => {
      const write = () => {
        while (!response.destroyed && response.write('x'.repeat(500)));
      };
      response.on('drain', write);
      response.on('close', () => {
        isClosed = true;
      });
      write();
    });
    const endless = await get(url);
    assert.deepEqual([endless.httpStatus, endless.failure], [200, 'too_large']);
    assert.equal(endless.answer, undefined);
    while (!isClosed) await new Promise((resolve) => setTimeout(resolve, 5));

    const headers = await serveRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const write = () => {
        while (!socket.destroyed && socket.write(`x-a: ${'x'.repeat(500)}\r\n`));
      };
      socket.on('drain', write);
      write();
    });
    assert.equal((await get(headers)).failure, 'too_large');

    const just = await serve((_request, response) => response.end('x'.repeat(1_000)));
    assert.equal((await get(just)).answer?.length, 1_000);
    assert.equal((await get(just, { mostAnswerBytes: 999 })).failure, 'too_large');
  });

  test('has one time-out over everything, however busily the other side keeps it waiting', async () => {
    const slowBody = await serve((_request, response) => {
      response.flushHeaders();
      const timer = setInterval(() => response.write('x'), 10);
      response.on('close', () => clearInterval(timer));
    });
    const slowHeaders = await serveRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx-a: ');
      const timer = setInterval(() => socket.write('x'), 10);
      socket.on('close', () => clearInterval(timer));
    });
    const silent = await serveRaw(() => {});
    const early = await serveRaw((socket) => {
      const timer = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'), 10);
      socket.on('close', () => clearInterval(timer));
    });
    const exchanges = [slowHeaders, silent, early].map((url) => get(url, { timeoutMs: 300 }));
    for (const { failure, httpStatus } of await Promise.all(exchanges))
      assert.deepEqual([failure, httpStatus], ['timeout', undefined]);
    const { failure, httpStatus } = await get(slowBody, { timeoutMs: 300 });
    assert.deepEqual([failure, httpStatus], ['timeout', 200]);
    const never = newGuard({ find: () => new Promise(() => {}) });
    const named = await get('http://silent.example/', { timeoutMs: 100 }, never);
    assert.equal(named.failure, 'timeout');
  });

  test('can be given up', async () => {
    const url = await serveRaw(() => {});
    const controller = new AbortController();
    const exchange = get(url, { signal: controller.signal });
    controller.abort();
    assert.equal((await exchange).failure, 'timeout');
    assert.equal((await get(url, { signal: AbortSignal.abort() })).failure, 'timeout');
  });

  test('says what Retry-After asks for, in seconds and as a date', async () => {
    const asked = async (value: string) => {
      const url = await serve((_request, response) =>
        response.writeHead(503, { 'retry-after': value }).end(),
      );
      return (await get(url)).retryAfterSeconds;
    };
    assert.equal(await asked('120'), 120);
    assert.equal(await asked('0'), 0);
    const seconds = await asked(new Date(Date.now() + 3_600_000).toUTCString());
    assert.ok(seconds && seconds > 3_500 && seconds <= 3_600, String(seconds));
    assert.equal(await asked('Fri, 31 Dec 1999 23:59:59 GMT'), 0);
    for (const nonsense of ['soon', '-1', '1.5', '99999999999', `${'9'.repeat(300)}`])
      assert.equal(await asked(nonsense), undefined, nonsense);
  });

  test('calls what went wrong by its name', async () => {
    const port = await listening(createRawServer());
    const nobody = await new Promise<number>((resolve) => {
      const server = createRawServer().listen(0, '127.0.0.1', () => {
        const { port } = server.address() as AddressInfo;
        server.close(() => resolve(port));
      });
    });
    assert.notEqual(nobody, port);
    assert.equal((await get(`http://127.0.0.1:${nobody}/`)).failure, 'connection_refused');
    assert.equal((await get('http://nowhere.invalid/')).failure, 'dns');
    assert.equal((await get('ftp://127.0.0.1/')).failure, 'connection_refused');
    assert.equal((await get('no address')).failure, 'connection_refused');

    const reset = await serveRaw((socket) => socket.resetAndDestroy());
    assert.equal((await get(reset)).failure, 'reset');
    const half = await serveRaw((socket) =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf'),
    );
    assert.equal((await get(half)).failure, 'reset');
    const nonsense = await serveRaw((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    assert.equal((await get(nonsense)).failure, 'reset');
    const upgrade = await serveRaw((socket) =>
      socket.write('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
    );
    assert.equal((await get(upgrade)).failure, 'reset');
  });

  test('by https is with the one whom a certificate proves, and says how long that holds', async () => {
    const trusting = newGuard({ ca: TEST_AUTHORITY });
    const good = await serveSecure(GOOD_CERTIFICATE);
    for (const host of ['localhost', '127.0.0.1']) {
      const { httpStatus, tlsDays } = await get(`https://${host}:${good}/`, {}, trusting);
      assert.equal(httpStatus, 200);
      assert.ok(tlsDays && tlsDays > 10_000, String(tlsDays));
    }
    for (const cert of [EXPIRED_CERTIFICATE, ELSEWHERE_CERTIFICATE, SELF_SIGNED_CERTIFICATE]) {
      const { failure, httpStatus } = await get(
        `https://localhost:${await serveSecure(cert)}/`,
        {},
        trusting,
      );
      assert.deepEqual([failure, httpStatus], ['bad_tls', undefined]);
    }
    // Of an authority that nobody knows; and of somebody who speaks no TLS at all.
    assert.equal((await get(`https://localhost:${good}/`)).failure, 'bad_tls');
    const plain = await serve((_request, response) => response.end());
    assert.equal((await get(plain.replace('http:', 'https:'))).failure, 'bad_tls');
  });
});

describe('a connection', () => {
  test('is kept for the next request, and closed with the guard', async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('x');
    });
    const by = new Guard();
    for (let turn = 0; turn < 5; turn++) assert.equal((await get(url, {}, by)).httpStatus, 200);
    assert.equal(ports.size, 1);
    const silent = await serveRaw(() => {});
    const underWay = get(silent, {}, by);
    by.close();
    assert.ok((await underWay).failure);
    assert.equal((await get(url, {}, by)).failure, 'timeout');
    assert.equal(ports.size, 1);
  });

  test('that was closed between two requests does not cost the second', async () => {
    let requests = 0;
    const sockets: Socket[] = [];
    const seen = new Set<Socket>();
    const server = createRawServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => {});
      socket.on('data', () => {
        requests += 1;
        // Each connection's second request is met by a reset before any answer.
        if (seen.has(socket)) socket.resetAndDestroy();
        else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
        seen.add(socket);
      });
    });
    const url = `http://127.0.0.1:${await listening(server)}/`;
    const by = newGuard();
    assert.equal((await get(url, { method: 'POST', body: '1' }, by)).httpStatus, 200);
    assert.equal((await get(url, { method: 'POST', body: '2' }, by)).httpStatus, 200);
    assert.deepEqual([requests, sockets.length], [3, 2]);
    for (const socket of sockets) socket.destroy();
  });

  test('that was new is not tried again', async () => {
    let connections = 0;
    const url = await serveRaw((socket) => {
      connections += 1;
      socket.resetAndDestroy();
    });
    assert.equal((await get(url, {}, newGuard())).failure, 'reset');
    assert.equal(connections, 1);
  });
});
