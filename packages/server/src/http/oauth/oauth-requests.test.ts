import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { basic, getAccounts, post, startOauth } from '../../testing/scenes/oauth.ts';
import { startService } from '../../testing/service.ts';
import { until } from '../../testing/transfer.ts';
import { partnerConnections } from '../connections.ts';

const { service, partner, form, token } = await startOauth();

describe('a request for a token', () => {
  test('takes Basic credentials that are form-encoded, and a client_id that says the same', async () => {
    const { clientId, clientSecret } = partner;
    const escaped = (text: string) =>
      [...text].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('');
    const grant = { grant_type: 'client_credentials' };
    for (const pair of [
      `${clientId}:${clientSecret}`,
      `${escaped(clientId)}:${escaped(clientSecret)}`,
    ]) {
      assert.equal((await token(grant, basic(pair))).status, 200);
      assert.equal((await token({ ...grant, client_id: clientId }, basic(pair))).status, 200);
    }
    const header = basic(`${clientId}:${clientSecret}`).authorization.replace('Basic', 'bAsIc');
    assert.equal((await token(grant, { authorization: header })).status, 200);
  });

  test('ignores parameters that it does not know, and those without a value', async () => {
    const body = { ...form, audience: 'x', resource: 'https://api.example.com', scope: '' };
    assert.equal((await token(body)).status, 200);
    const type = { 'content-type': 'Application/X-WWW-Form-URLEncoded; charset=UTF-8' };
    assert.equal((await token(body, type)).status, 200);
  });

  test('refuses each malformed request with its own words, and no 5xx', async () => {
    const pair = `${form.client_id}:${form.client_secret}`;
    const grant = 'grant_type=client_credentials';
    const body = String(new URLSearchParams(form));
    type Case = [string, string | Buffer | undefined, Record<string, string>, number, string];
    const cases: Case[] = [
      ['empty', '', {}, 400, 'invalid_request'],
      ['no body', undefined, {}, 400, 'invalid_request'],
      [
        'JSON',
        JSON.stringify(form),
        { 'content-type': 'application/json' },
        400,
        'invalid_request',
      ],
      ['JSON by mistake', JSON.stringify(form), {}, 400, 'invalid_request'],
      ['no client', grant, {}, 401, 'invalid_client'],
      ['another type', body, { 'content-type': 'text/plain' }, 400, 'invalid_request'],
      ['no grant', 'a=b', basic(pair), 400, 'invalid_request'],
      ['empty grant', 'grant_type=', basic(pair), 400, 'invalid_request'],
      ['another grant', 'grant_type=password', basic(pair), 400, 'unsupported_grant_type'],
      ['a scope', `${body}&scope=read`, {}, 400, 'invalid_scope'],
      ['repeated', `${body}&${grant}`, {}, 400, 'invalid_request'],
      ['repeated, empty', `${body}&x=&x=`, {}, 400, 'invalid_request'],
      ['bad escape', `${body}&x=%zz`, {}, 400, 'invalid_request'],
      ['bad escape in a name', `${body}&%=x`, {}, 400, 'invalid_request'],
      ['escaped not UTF-8', `${body}&x=%ff`, {}, 400, 'invalid_request'],
      ['bytes not UTF-8', Buffer.from([0x61, 0x3d, 0xff]), {}, 400, 'invalid_request'],
      ['NUL in the id', `${grant}&client_id=a%00b&client_secret=x`, {}, 401, 'invalid_client'],
      [
        'a long id',
        `${grant}&client_id=${'x'.repeat(999)}&client_secret=x`,
        {},
        401,
        'invalid_client',
      ],
      ['both ways', body, basic(pair), 400, 'invalid_request'],
      ['another client_id', `${grant}&client_id=other`, basic(pair), 400, 'invalid_request'],
      ['no secret', `${grant}&client_id=${form.client_id}`, {}, 401, 'invalid_client'],
      ['Bearer', grant, { authorization: 'Bearer x' }, 401, 'invalid_client'],
      ['empty Basic', grant, { authorization: 'Basic' }, 400, 'invalid_request'],
      ['not base64', grant, { authorization: 'Basic ???' }, 400, 'invalid_request'],
      ['no colon', grant, basic('nothing'), 400, 'invalid_request'],
      ['Basic, no secret', grant, basic(`${form.client_id}:`), 401, 'invalid_client'],
      ['Basic, bad escape', grant, basic('a%z:b'), 400, 'invalid_request'],
      ['Basic, not UTF-8', grant, basic(Buffer.from([0xff, 0x3a, 0x61])), 400, 'invalid_request'],
      ['Basic, unknown', grant, basic('swb_ci_unknown:x'), 401, 'invalid_client'],
      ['too large', `${body}&x=${'x'.repeat(65_536)}`, {}, 413, 'invalid_request'],
      ['__proto__', `${body}&__proto__=x&__proto__=y`, {}, 400, 'invalid_request'],
    ];
    for (const [name, sent, headers, status, error] of cases) {
      const refused = await token(sent, headers);
      assert.deepEqual([refused.status, refused.answer.error], [status, error], name);
      assert.deepEqual(Object.keys(refused.answer), ['error', 'error_description'], name);
      assert.match(String(refused.answer.error_description), /^[ !#-[\]-~]+$/, name);
      assert.equal(refused.headers.get('cache-control'), 'no-store', name);
      const challenge = status === 401 ? 'Basic realm="switchboard"' : null;
      assert.equal(refused.headers.get('www-authenticate'), challenge, name);
    }
  });

  test('refuses parameters in the query', async () => {
    const refused = await post(service, `/oauth/token?${new URLSearchParams(form)}`, '');
    assert.equal(refused.status, 400);
    assert.match(String(refused.answer.error_description), /query/);
  });

  test('counts failures together with accessToken, and answers 429 slow_down', async () => {
    const { clientId, clientSecret } = await service.newPartner();
    const from = { 'x-forwarded-for': '198.51.100.1' };
    const wrong = { ...form, client_id: clientId, client_secret: 'swb_cs_wrong' };
    for (let n = 0; n < 4; n += 1) assert.equal((await token(wrong, from)).status, 401);
    for (let n = 0; n < 3; n += 1)
      assert.equal(
        (await post(service, '/oauth/revoke', { ...wrong, token: 'x' }, from)).status,
        401,
      );
    for (let n = 0; n < 3; n += 1)
      assert.equal(
        (await post(service, '/api/settings/accessToken', JSON.stringify(wrong), from)).status,
        401,
      );
    const blocked = await token({ ...wrong, client_secret: clientSecret }, from);
    assert.equal(blocked.status, 429);
    assert.equal(blocked.answer.error, 'slow_down');
    assert.ok(Number(blocked.headers.get('retry-after')) > 590);
  });

  test('beyond what a connection may send at once is told to come back, and is no fault in the log', async () => {
    const lines: { level: number; route?: string; status?: number }[] = [];
    const log = { write: (line: string) => void lines.push(JSON.parse(line)) };
    const environment = { LOG_LEVEL: 'info' };
    const metadata = '/.well-known/oauth-authorization-server';
    const busy = await startService({ beside: service, environment, log });
    const { port } = new URL(busy.baseUrl);
    const request = `GET ${metadata} HTTP/1.1\r\nhost: x\r\n\r\n`;
    const socket = connect({ host: '127.0.0.1', port: Number(port) });
    socket.write(request.repeat(partnerConnections.mostRequests + 1));
    const heard = await text(socket);
    assert.match(heard, /503 .*retry-after: 2.*"temporarily_unavailable"/is);
    const answered = () => lines.filter(({ route }) => route === metadata);
    await until(async () => answered().some(({ status }) => status === 503));
    for (const { level, status } of answered()) assert.equal(level, 30, String(status));
  });

  test('refuses to revoke for a stranger or without a token', async () => {
    const own = String((await token(form)).answer.access_token);
    const stranger = await post(service, '/oauth/revoke', { token: own });
    assert.equal(stranger.answer.error, 'invalid_client');
    const wrong = { ...form, client_secret: 'swb_cs_wrong', token: own };
    assert.equal((await post(service, '/oauth/revoke', wrong)).answer.error, 'invalid_client');
    assert.equal((await post(service, '/oauth/revoke', form)).answer.error, 'invalid_request');
    assert.equal((await getAccounts(service, own)).status, 200);
  });
});
