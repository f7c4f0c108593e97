import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { sha256 } from '../../secret.ts';
import { startService, type TestService } from '../../testing/service.ts';

let service: TestService;
/** Another node on the same database. */
let beside: TestService;

before(async () => {
  service = await startService();
  beside = await startService({ beside: service });
});

/** HTTP status and token that accessToken answers to a pair. */
async function ask(client_id: string, client_secret: string, node = service) {
  const response = await fetch(`${node.baseUrl}/api/settings/accessToken`, {
    method: 'POST',
    body: JSON.stringify({ client_id, client_secret }),
  });
  const answer = (await response.json()) as { access_token: string };
  return { status: response.status, token: answer.access_token };
}

describe('rotateCredential', () => {
  test('lets the old secret work until its end, and not longer', async () => {
    const { clientId, clientSecret } = await service.newPartner();
    const now = Date.now() / 1000;
    const rotated = await service.operator.rotateCredential({
      client_id: clientId,
      overlap_hours: 2,
    });
    assert.ok(Math.abs(rotated.old_secret_expires - (now + 7200)) <= 2);
    assert.equal((await ask(clientId, rotated.client_secret)).status, 200);
    assert.equal((await ask(clientId, clientSecret)).status, 200);
    await service.database.write((db) =>
      db.query(sql`
        update credential_secrets set expires_at = expires_at - interval '2 hours'
        where secret_hash = ${sha256(clientSecret)}`),
    );
    assert.equal((await ask(clientId, clientSecret)).status, 401);
    assert.equal((await ask(clientId, rotated.client_secret)).status, 200);
  });

  test('overlaps for a day unless told otherwise', async () => {
    const { clientId } = await service.newPartner();
    const rotated = await service.operator.rotateCredential({ client_id: clientId });
    assert.ok(Math.abs(rotated.old_secret_expires - (Date.now() / 1000 + 86_400)) <= 2);
  });

  test('ends the old secret at once on every node without an overlap; its tokens go on', async () => {
    const { clientId, clientSecret } = await service.newPartner();
    const { token } = await ask(clientId, clientSecret);
    await service.operator.rotateCredential({ client_id: clientId, overlap_hours: 0 });
    assert.equal((await ask(clientId, clientSecret)).status, 401);
    assert.equal((await ask(clientId, clientSecret, beside)).status, 401);
    const call = await fetch(`${service.baseUrl}/api/online/getAccounts`, {
      headers: { authorization: `Bearer ${token}` },
    });
    assert.equal(call.status, 200);
  });

  test('may be repeated: every secret works until its own end, none longer than before', async () => {
    const { clientId, clientSecret } = await service.newPartner();
    const rotate = (overlap_hours: number) =>
      service.operator.rotateCredential({ client_id: clientId, overlap_hours });
    const second = await rotate(5);
    const third = await rotate(720);
    const all = [clientSecret, second.client_secret, third.client_secret];
    for (const secret of all) assert.equal((await ask(clientId, secret)).status, 200);
    const ends = await service.database.read((db) =>
      db.query<{ hours: number }>(sql`
        select round(extract(epoch from expires_at - now()) / 3600)::integer as hours
        from credential_secrets
        where secret_hash in (${sha256(clientSecret)}, ${sha256(second.client_secret)})
        order by expires_at`),
    );
    assert.deepEqual(
      ends.map(({ hours }) => hours),
      [5, 720],
    );
    const fourth = await rotate(0);
    for (const secret of all) assert.equal((await ask(clientId, secret)).status, 401);
    assert.equal((await ask(clientId, fourth.client_secret)).status, 200);
  });

  test('at the same time many times over leaves every new secret in force', async () => {
    const { clientId } = await service.newPartner();
    const rotations = await Promise.all(
      Array.from({ length: 10 }, () =>
        service.operator.rotateCredential({ client_id: clientId, overlap_hours: 1 }),
      ),
    );
    for (const { client_secret } of rotations)
      assert.equal((await ask(clientId, client_secret)).status, 200);
  });
});
