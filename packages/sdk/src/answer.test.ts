import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { createOperatorClient, NoAnswer, type OperatorClient } from '@switchboard/sdk';

/** A client of something that is no Switchboard, and how often it was asked. */
async function ask(
  t: TestContext,
  listener: RequestListener,
  timeoutMs?: number,
): Promise<{ client: OperatorClient; asked: () => number }> {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    client: createOperatorClient({ baseUrl, retries: 1, ...(timeoutMs && { timeoutMs }) }),
    asked: () => asked,
  };
}

describe('what is not an answer of Switchboard', () => {
  test('throws NoAnswer with its start when it is HTML', async (t) => {
    const { client, asked } = await ask(t, (_, response) => response.end('<h1>Hello</h1>'));
    await assert.rejects(client.listServers(), {
      name: 'NoAnswer',
      http: 200,
      message: 'HTTP 200, but not an answer of Switchboard: <h1>Hello</h1>',
    });
    assert.equal(asked(), 1);
  });

  test('throws NoAnswer when it is JSON of another kind', async (t) => {
    for (const body of ['null', '[]', '7', '{"error":"x"}']) {
      const { client } = await ask(t, (_, response) => response.end(body));
      await assert.rejects(client.listServers(), NoAnswer);
    }
  });

  test('is asked again when a proxy says that the service is away', async (t) => {
    let first = true;
    const { client } = await ask(t, (_, response) => {
      response.statusCode = first ? 502 : 200;
      response.end(first ? 'Bad gateway' : '{"status":"OK","reason":1,"list":[]}');
      first = false;
    });
    assert.deepEqual((await client.listServers()).list, []);
  });

  test('is not asked sooner than it wants to be', async (t) => {
    const { client, asked } = await ask(t, (_, response) => {
      response.writeHead(429, { 'retry-after': '600' });
      response.end('{"status":"FAIL","reason":43}');
    });
    await assert.rejects(client.listServers(), {
      reason: 'rate_limited',
      details: { retryAfterSeconds: 600 },
    });
    assert.equal(asked(), 1);
  });

  test('keeps the words of a refusal that this version does not know', async (t) => {
    const { client } = await ask(t, (_, response) => {
      response.writeHead(422).end('{"status":"FAIL","reason":999,"message":"From the future."}');
    });
    await assert.rejects(client.listServers(), { name: 'NoAnswer', message: /From the future\./ });
  });

  test('is not followed to another address', async (t) => {
    const { client, asked } = await ask(t, (_, response) => {
      response.writeHead(301, { location: 'https://elsewhere.example/' }).end();
    });
    await assert.rejects(client.createServer({ server: 'eu1' }), /https:\/\/elsewhere\.example\//);
    assert.equal(asked(), 1);
  });

  test('throws NoAnswer when it does not come in time, breaks off, or nobody listens', async (t) => {
    const silent = await ask(t, () => {}, 50);
    await assert.rejects(silent.client.createServer({ server: 'eu1' }), /timeout/);
    const broken = await ask(t, (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"status":', () => response.destroy());
    });
    await assert.rejects(broken.client.createServer({ server: 'eu1' }), NoAnswer);
    const nobody = createOperatorClient({ baseUrl: 'http://127.0.0.1:9', retries: 0 });
    await assert.rejects(nobody.listServers(), NoAnswer);
  });

  test('ends with the reason of the signal that the caller aborts', async (t) => {
    const ending = new AbortController();
    const { client } = await ask(t, () => ending.abort(new Error('changed my mind')));
    await assert.rejects(client.listServers({}, { signal: ending.signal }), /changed my mind/);
  });
});
