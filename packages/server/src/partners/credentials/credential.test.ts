import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { sha256 } from '../../secret.ts';
import { startService } from '../../testing/service.ts';

describe('secrets and tokens', () => {
  test('are shown once, and are in no list, event or log line, nor are their hashes', async () => {
    const lines: string[] = [];
    const logged = await startService({
      environment: { LOG_LEVEL: 'debug' },
      log: { write: (line) => lines.push(line) },
    });
    const partner = await logged.newPartner();
    const { clientId, clientSecret } = partner;
    const second = await logged.operator.rotateCredential({ client_id: clientId });
    const account_id = await logged.newAccount(partner);
    await partner.updateAccount({ account_id, server: 'online', account_status: 0 });
    const token = await partner.accessToken();
    const form = { client_id: clientId, client_secret: second.client_secret, token };
    const basic = Buffer.from(`${clientId}:${second.client_secret}`).toString('base64');
    const post = (path: string, body: string, headers = {}) =>
      fetch(logged.baseUrl + path, { method: 'POST', body, headers });
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    await post('/oauth/token', 'grant_type=client_credentials', {
      ...type,
      authorization: `Basic ${basic}`,
    });
    await post('/oauth/revoke', String(new URLSearchParams(form)), type);
    await post(`/oauth/nothing?${new URLSearchParams(form)}`, '');
    await post(`/api/settings/nothing?${new URLSearchParams(form)}`, '');
    await post('/api/online/updateAccount', '{', { authorization: `Bearer ${token}` });
    await post(`/oauth/${token}%zz`, '', { authorization: `Bearer ${token}` });
    const list = JSON.stringify(await logged.operator.listCredentials());
    await logged.operator.revokeCredential({ client_id: clientId });

    const events = await logged.database.read((db) =>
      db.query<{ text: string }>(sql`select e::text as text from events e`),
    );
    assert.ok(lines.length > 10 && events.length > 4);
    const everything = [list, ...lines, ...events.map(({ text }) => text)].join('\n');
    assert.ok(everything.includes(clientId));
    for (const secret of [clientSecret, second.client_secret, token, basic])
      for (const form of [secret, ...hashes(secret)])
        assert.ok(!everything.includes(form), `${form} was found`);
  });
});

const hashes = (secret: string) =>
  (['hex', 'base64', 'base64url'] as const).map((encoding) => sha256(secret).toString(encoding));
