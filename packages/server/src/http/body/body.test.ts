import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import {
  type Endpoint,
  type EndpointName,
  endpoints,
  type FailureBody,
} from '@switchboard/contract';
import { assertRefused, send } from '../../testing/http.ts';
import { startBodies } from '../../testing/scenes/body.ts';

const withBody = (Object.entries(endpoints) as [EndpointName, Endpoint][]).filter(
  ([, { method }]) => method !== 'GET',
);
const LIMIT = 65_536;
const { service, partner, account_id, token, original, server, update, atDoorOf } =
  await startBodies();

describe('the body of a request', () => {
  test('must be one JSON object in UTF-8, on every call with a body', async () => {
    const bodies = [
      ...['', ' ', '{', '{}{}', '[]', '[{}]', '"{}"', 'null', 'true', '8', 'NaN', '{a:1}'],
      ...["{'a':1}", '{"a":1,}', '{"a":01}', '{"a":"\t"}', 'a=1', '\ufeff', '\ufeff\ufeff{}'],
      ...['['.repeat(30_000), '{"a":'.repeat(10_000)],
      Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
      Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]),
      Buffer.from('{}', 'utf16le'),
    ];
    for (const [name, endpoint] of withBody)
      for (const body of bodies) {
        if (endpoint.method === 'DELETE' && body.length === 0) continue;
        const heard = await send(atDoorOf(endpoint), name, { token, body });
        assertRefused(heard, 2, 400, { name, body: body.toString().slice(0, 40) });
      }
    assertRefused(await update({}), 2, 400, 'no body at all');
  });

  test('may have as many bytes as its call says, mostly 65536, and not one more, whether its length is said or not', async () => {
    for (const [name, endpoint] of Object.entries(endpoints) as [EndpointName, Endpoint][])
      for (const chunked of [false, true]) {
        const limit = endpoint.bodyLimit ?? LIMIT;
        const fits = await send(atDoorOf(endpoint), name, { token, chunked, body: sized(limit) });
        assert.notEqual(fits.http, 413, name);
        const over = { token, chunked, body: sized(limit + 1) };
        assertRefused(await send(atDoorOf(endpoint), name, over), 2, 413, { name, chunked });
      }
    const body = JSON.stringify({ account_id, server }).padEnd(LIMIT, ' ');
    assert.equal((await update({ body })).http, 200);
    assert.equal((await update({ body, chunked: true })).http, 200);
  });

  const sized = (bytes: number) => `{"nonsense":"${'x'.repeat(bytes - 15)}"}`;

  test('is read as JSON whatever Content-Type says, and a BOM is skipped', async () => {
    const types = [
      undefined,
      '',
      'application/json',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain; charset=latin1',
      'not a type',
      'application/json; charset=utf-16',
    ];
    for (const type of types) {
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
      for (const bom of ['', '\ufeff']) {
        const body = `${bom}{"account_id":${account_id},"server":"online","account_name":"שלום"}`;
        const { body: answer } = await update({ headers, body });
        assert.equal(answer.account_name, 'שלום', type);
      }
    }
  });

  test('a key such as __proto__ or constructor is a parameter like any other', async () => {
    for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '']) {
      const body = `{"account_id":${account_id},"server":"online",${JSON.stringify(key)}:{"account_status":0}}`;
      assertRefused(await update({ body }), 39, 422, key);
    }
    const theirs = await service.newAccount(original);
    const heard = await update({
      token: await original.accessToken(),
      body: `{"account_id":${theirs},"server":"online","__proto__":{"account_status":0},"constructor":1}`,
    });
    assert.deepEqual(heard.body.ignored, ['__proto__', 'constructor']);
    assert.equal(heard.body.account_status, 1);
  });

  test('a key that comes twice is refused by its name, at any depth and however it is written', async () => {
    const twice = [
      ['"account_id":9999998', 'account_id'],
      ['"account_status":0,"account_status":1', 'account_status'],
      ['"account_status":1,"\\u0061ccount_status":0', 'account_status'],
      ['"x":{"a":1,"b":[{"__proto__":1,"c":{},"__proto__":2}]}', '__proto__'],
      ['"":1,"":2', ''],
    ];
    for (const [more, key] of twice) {
      const heard = await update({
        body: `{"account_id":${account_id},"server":"online",${more}}`,
      });
      assertRefused(heard, 2, 400, more);
      assert.equal(heard.body.message, `The body has the key "${key}" twice; send it once.`);
    }
    const once = `{"account_id":${account_id},"server":"online","account_name":"\\"a\\":1,\\"a\\":2"}`;
    assert.equal((await update({ body: once })).body.account_name, '"a":1,"a":2');
    const kept = { token: await original.accessToken(), body: '{"x":1,"x":2}' };
    assertRefused(await update(kept), 2, 200);
    for (const [name, { surface }] of withBody)
      if (surface !== 'operator') {
        const heard = await send(service.baseUrl, name, { token, body: '{"a":1,"a":1}' });
        assertRefused(heard, 2, 400, name);
      }
  });

  test('a number is what was written, not the nearest one that a computer holds', async () => {
    const ask = (name: string, number: string) =>
      update({ body: `{"account_id":${account_id},"server":"online","${name}":${number}}` });
    for (const number of [
      '1e-400',
      '-0',
      '-0.0',
      '-1e-400',
      '1.0000000000000000001',
      '0.9999999999999999999',
    ])
      assertRefused(await ask('account_status', number), 37, 422, number);
    for (const number of ['1.0', '10e-1', '0.1E+1', '0', '0e400', '0.0'])
      assert.equal((await ask('account_status', number)).http, 200, number);
    const near = `${account_id}.0000000000000001`;
    assertRefused(
      await update({ body: `{"account_id":${near},"server":"online"}` }),
      33,
      422,
      near,
    );
    assert.equal((await partner.getAccount({ account_id, server })).account_status, 0);
    await partner.updateAccount({ account_id, server, account_status: 1 });
  });

  test('that is no JSON object is told what arrived in its place, and never shown it', async () => {
    const gzip = gzipSync('{"account_id":8}');
    const arrived: [string | Buffer, string, Record<string, string>?][] = [
      ['', 'is empty'],
      [' \n', 'holds white space alone'],
      ['account_id=8&secret=1', 'is a form (a=1&b=2); send its fields as JSON'],
      [
        '--x\r\nContent-Disposition: form-data',
        'is a form (multipart/form-data); send its fields as JSON',
      ],
      [Buffer.from('\ufeff{}', 'utf16le'), 'is UTF-16 or UTF-32; send it in UTF-8'],
      [Buffer.from('{"a":1}', 'utf16le'), 'is UTF-16 or UTF-32; send it in UTF-8'],
      [gzip, 'is compressed (gzip); send it as it is'],
      [deflateSync('{"a":1}'), 'is compressed (deflate); send it as it is'],
      [
        brotliCompressSync('{"a":1}'),
        'is compressed (br); send it as it is',
        { 'content-encoding': 'br' },
      ],
      ['<soap/>', 'is XML or HTML'],
      [Buffer.from('{"a":"\xe9"}', 'latin1'), 'is not UTF-8: byte 7 does not belong there'],
      [
        '{"secret":1,',
        'is not whole: it ends at line 1, column 13, where there should be a key in double quotes',
      ],
      ['{\n  "secret": yes\n}', 'is not JSON: at line 2, column 13 there should be a value'],
      [
        "{'secret':1}",
        'is not JSON: at line 1, column 2 there should be a key in double quotes or }',
      ],
      ['{"secret":1}}', 'is not JSON: at line 1, column 13 there should be nothing more'],
      ['[{"secret":1}]', 'is a list'],
      ['"secret"', 'is a string'],
      ['null', 'is null'],
      ['1e-400', 'is a number'],
    ];
    for (const [body, problem, headers = {}] of arrived) {
      const heard = await update({ body, headers });
      assertRefused(heard, 2, 400, problem);
      const message = `The body ${problem}; it must be one JSON object in UTF-8.`;
      assert.equal(heard.body.message, message);
    }
    const page = await send(service.baseUrl, '/api/auth/sign-in/email', {
      method: 'POST',
      headers: { host: `online.localhost:${new URL(service.baseUrl).port}` },
      body: '{"email":"a","email":"b"}',
    });
    const { error } = page.body as unknown as FailureBody;
    assert.deepEqual(
      [page.http, error.code, error.message],
      [400, 'body_invalid', 'The body has the key "email" twice; send it once.'],
    );
  });
});
