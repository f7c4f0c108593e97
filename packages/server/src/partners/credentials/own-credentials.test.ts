import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { MOST_CREDENTIALS } from '@switchboard/contract';
import { createPartnerClient } from '@switchboard/sdk';
import sql from 'sql-template-tag';
import { sha256 } from '../../secret.ts';
import { assertRefused, send } from '../../testing/http.ts';
import { eventsOf } from '../../testing/scenes/operator.ts';
import { startService, type TestPartner, type TestService } from '../../testing/service.ts';
import { newVisitor } from '../../testing/visitor.ts';

const server = 'online';

describe("a partner's own credentials", () => {
  let service: TestService;
  let partner: TestPartner;
  before(async () => {
    service = await startService({ environment: { TRUST_PROXY: '127.0.0.1' } });
    partner = await service.newPartner();
  });

  const query = <Row>(text: ReturnType<typeof sql>) =>
    service.database.write((db) => db.query<Row>(text));
  const clientOf = (made: { client_id: string; client_secret: string }) =>
    createPartnerClient({
      ...{ baseUrl: service.baseUrl, retries: 0 },
      ...{ clientId: made.client_id, clientSecret: made.client_secret },
    });
  /** HTTP status of a pair at either of the two places where tokens are issued. */
  async function ask(
    { client_id, client_secret }: { client_id: string; client_secret: string },
    from = '203.0.113.1',
    at: 'settings' | 'oauth' = 'settings',
  ): Promise<number> {
    const form = { grant_type: 'client_credentials', client_id, client_secret };
    const path = at === 'oauth' ? '/oauth/token' : '/api/settings/accessToken';
    const { status } = await fetch(service.baseUrl + path, {
      method: 'POST',
      headers: {
        'x-forwarded-for': from,
        ...(at === 'oauth' && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      body: at === 'oauth' ? String(new URLSearchParams(form)) : JSON.stringify(form),
    });
    return status;
  }
  const listed = async (client_id: string, of = partner) => {
    const { list } = await of.listApiCredentials();
    return list.find((row) => row.client_id === client_id) ?? assert.fail();
  };

  test('are made, renamed, rotated, revoked and listed, each change with its event', async () => {
    const mine = await service.newPartner();
    const made = await mine.createApiCredential({ name: ' CRM ', mode: 'original' });
    const { client_secret, status, reason, ...row } = made;
    assert.match(client_secret, /^swb_cs_[\w-]{43}$/);
    assert.match(row.client_id, /^swb_ci_/);
    assert.deepEqual(row, {
      ...{ name: 'CRM', client_id: row.client_id, mode: 'original', state: 'active' },
      ...{ create_time: row.create_time, last_used_time: null, last_used_address: null },
      old_secret: null,
    });
    assert.ok(Math.abs(row.create_time - Date.now() / 1000) < 60);
    assert.equal(await ask(made), 200);
    const { client_id } = row;
    for (let n = 0; n < 2; n += 1)
      assert.equal((await mine.updateApiCredential({ client_id, name: 'Shop' })).name, 'Shop');
    const rotated = await mine.rotateApiCredential({ client_id, overlap_hours: 2 });
    assert.ok(Math.abs((rotated.old_secret?.expires_time ?? 0) - Date.now() / 1000 - 7200) < 60);
    for (const secret of [client_secret, rotated.client_secret])
      assert.equal(await ask({ client_id, client_secret: secret }), 200);
    const revoked = await mine.revokeApiCredential({ client_id });
    assert.deepEqual([revoked.state, revoked.old_secret], ['revoked', null]);
    assert.equal(await ask({ client_id, client_secret: rotated.client_secret }), 401);
    const { list } = await mine.listApiCredentials();
    assert.deepEqual(
      list.map((each) => [each.client_id, each.name, each.state]),
      [
        [mine.clientId, '', 'active'],
        [client_id, 'Shop', 'revoked'],
      ],
    );
    assert.ok(!JSON.stringify([list, revoked]).includes('swb_cs_'));
    const feed = await mine.getEvents({});
    assert.deepEqual(
      feed.list.slice(1).map(({ type, actor, changes }) => [type, actor.id, Object.keys(changes)]),
      [
        ['credential.created', mine.clientId, ['mode', 'name']],
        ['credential.updated', mine.clientId, ['name']],
        ['credential.rotated', mine.clientId, ['old_secret_expires']],
        ['credential.revoked', mine.clientId, []],
      ],
    );
    const subjects = await query<{ subject: string }>(sql`
      select distinct subject from events
      where partner_id = ${mine.partner} and actor_kind = 'credential'`);
    assert.deepEqual(subjects, [{ subject: client_id }]);
  });

  test('of another partner are answered exactly as ones that are not there or were revoked', async () => {
    const theirs = await service.newPartner();
    const dead = await partner.createApiCredential({ name: 'Dead' });
    await partner.revokeApiCredential({ client_id: dead.client_id });
    const token = await partner.accessToken();
    for (const call of [
      'updateApiCredential',
      'rotateApiCredential',
      'revokeApiCredential',
    ] as const) {
      const answers = new Set<string>();
      for (const client_id of [theirs.clientId, dead.client_id, 'swb_ci_unknown']) {
        const body = { client_id, ...(call === 'updateApiCredential' && { name: 'Mine' }) };
        const heard = await send(service.baseUrl, call, { token, body });
        assertRefused(heard, 77, 404);
        answers.add(heard.text.replace(/"request_id":"[^"]*"/, ''));
      }
      assert.equal(answers.size, 1);
    }
    assert.equal((await listed(theirs.clientId, theirs)).state, 'active');
    const { list } = await partner.listApiCredentials();
    assert.ok(!list.some(({ client_id }) => client_id === theirs.clientId));
    assert.ok((await theirs.accessToken()).startsWith('swb_at_'));
    assert.equal((await eventsOf(service, theirs.partner)).length, 2);
  });

  test('are refused with the reason of what is wrong', async () => {
    const { client_id } = await partner.createApiCredential({ name: 'Odd' });
    const calls = [
      [() => partner.createApiCredential({ name: '\u200b' }), 76],
      [() => partner.createApiCredential({ name: 'x'.repeat(101) }), 76],
      [() => partner.createApiCredential({ name: 'x', mode: 'lax' as 'strict' }), 78],
      [() => partner.updateApiCredential({ client_id, name: '' }), 76],
      [() => partner.updateApiCredential({ client_id: 'a b', name: 'x' }), 77],
      [() => partner.rotateApiCredential({ client_id: '' }), 77],
      [() => partner.rotateApiCredential({ client_id, overlap_hours: 721 }), 79],
      [() => partner.revokeApiCredential({ client_id: 'x'.repeat(101) }), 77],
    ] as const;
    for (const [call, number] of calls) await assert.rejects(call, { number, http: 422 });
  });

  test('may revoke themselves: this is the last answer to their token', async () => {
    const made = await partner.createApiCredential({ name: 'Leaver' });
    const account = await service.newAccount(partner);
    const client = clientOf(made);
    const token = await client.accessToken();
    const { login } = await client.loginAgent({ accountID: account, agentID: 1, server });
    const path = new URL(login).pathname as `/${string}`;
    const { client_id } = made;
    const heard = await send(service.baseUrl, 'revokeApiCredential', {
      token,
      body: { client_id },
    });
    assert.deepEqual([heard.http, heard.body.state], [200, 'revoked']);
    const after = await send(service.baseUrl, 'listApiCredentials', { token });
    assertRefused(after, 3, 401);
    assert.equal((await newVisitor(service).post(path)).http, 410);
    assert.equal(await ask(made), 401);
  });

  test('may rotate themselves; the token in use goes on', async () => {
    const made = await partner.createApiCredential({ name: 'Turner' });
    const client = clientOf(made);
    const { client_id } = made;
    const { client_secret } = await client.rotateApiCredential({ client_id, overlap_hours: 0 });
    assert.equal(await ask(made), 401);
    assert.equal(await ask({ client_id, client_secret }), 200);
    assert.equal((await client.listApiCredentials()).status, 'OK');
  });

  test('change each other and themselves at once without a deadlock', async () => {
    const mine = await service.newPartner();
    const made = [];
    for (let n = 0; n < 4; n += 1) made.push(await mine.createApiCredential({ name: `${n}` }));
    const clients = made.map(clientOf);
    const ids = made.map(({ client_id }) => client_id);
    for (const client of clients) await client.accessToken();
    await Promise.all(
      clients.flatMap((client, n) =>
        ids.map((client_id, m) =>
          m % 2 === 0
            ? client.rotateApiCredential({ client_id })
            : client.updateApiCredential({ client_id, name: `of ${n}` }),
        ),
      ),
    );
    // Everybody revokes the next: at least one of each two comes too late.
    const ends = await Promise.allSettled(
      clients.map((client, n) =>
        client.revokeApiCredential({ client_id: ids[(n + 1) % ids.length] ?? '' }),
      ),
    );
    for (const end of ends)
      if (end.status === 'rejected')
        assert.match(String(end.reason.reason), /^(access_token|client)_invalid$/);
    const [stat] = await query<{ deadlocks: number }>(sql`
      select deadlocks from pg_stat_database where datname = current_database()`);
    assert.equal(stat?.deadlocks, 0);
  });

  test('are fifty in force at most, however many are made at once, and by whomever', async () => {
    const mine = await service.newPartner();
    const tries = await Promise.allSettled(
      Array.from({ length: MOST_CREDENTIALS + 10 }, () => mine.createApiCredential({ name: 'x' })),
    );
    const made = tries.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    assert.equal(made.length, MOST_CREDENTIALS - 1);
    const full = { reason: 'credentials_full', number: 77, http: 409, message: /There are 50/ };
    for (const each of tries) if (each.status === 'rejected') assert.equal(each.reason.number, 77);
    await assert.rejects(mine.createApiCredential({ name: 'x' }), full);
    await assert.rejects(service.operator.createCredential({ partner: mine.partner }), full);
    await mine.revokeApiCredential({ client_id: made[0]?.client_id ?? '' });
    assert.equal((await mine.createApiCredential({ name: 'x' })).status, 'OK');
    await query(sql`
      insert into credentials (partner_id, client_id, mode, revoked_at)
      select ${mine.partner}, 'revoked-' || n, 'strict', now() from generate_series(1, 60) n`);
    const { list } = await mine.listApiCredentials();
    const revoked = list.filter(({ state }) => state === 'revoked');
    assert.deepEqual(
      [list.length, revoked.length, revoked[0]?.client_id],
      [MOST_CREDENTIALS + 50, 50, 'revoked-11'],
    );
  });

  describe('say when and from where they were last used', () => {
    const agoBy = (secret: string, seconds: number) =>
      query(sql`
        update credential_secrets
        set last_used_at = last_used_at - ${seconds} * interval '1 second'
        where secret_hash = ${sha256(secret)}`);

    test('once a minute, at both places where tokens are issued', async () => {
      const made = await partner.createApiCredential({ name: 'Used' });
      const { client_id } = made;
      assert.equal(await ask(made, '203.0.113.1'), 200);
      const first = await listed(client_id);
      assert.equal(first.last_used_address, '203.0.113.1');
      assert.ok(Math.abs((first.last_used_time ?? 0) - Date.now() / 1000) < 60);
      await agoBy(made.client_secret, 30);
      const half = await listed(client_id);
      assert.equal(await ask(made, '203.0.113.2', 'oauth'), 200);
      assert.deepEqual(await listed(client_id), half);
      await agoBy(made.client_secret, 30);
      assert.equal(await ask(made, '203.0.113.2', 'oauth'), 200);
      assert.equal((await listed(client_id)).last_used_address, '203.0.113.2');
      await agoBy(made.client_secret, 60);
      const before = await listed(client_id);
      assert.equal(await ask({ client_id, client_secret: 'swb_cs_wrong' }, '203.0.113.3'), 401);
      assert.deepEqual(await listed(client_id), before);
      const { list } = await service.operator.listCredentials({ partner: partner.partner });
      const seen = list.find((row) => row.client_id === client_id);
      assert.equal(seen?.last_used_time, before.last_used_time);
    });

    test('of the old secret apart, and of the two the later', async () => {
      const made = await partner.createApiCredential({ name: 'Overlap' });
      const { client_id } = made;
      assert.equal(await ask(made, '203.0.113.1'), 200);
      await agoBy(made.client_secret, 600);
      const rotated = await partner.rotateApiCredential({ client_id });
      const old = rotated.old_secret?.last_used_time ?? assert.fail();
      assert.deepEqual([rotated.last_used_time, rotated.last_used_address], [old, '203.0.113.1']);
      assert.equal(await ask({ ...made, ...rotated }, '203.0.113.9'), 200);
      const after = await listed(client_id);
      assert.deepEqual(
        [after.last_used_address, after.old_secret?.last_used_time],
        ['203.0.113.9', old],
      );
      assert.equal(await ask(made, '203.0.113.1'), 200);
      assert.ok(((await listed(client_id)).old_secret?.last_used_time ?? 0) > old);
    });

    test('also when the secret that was used has ended', async () => {
      const made = await partner.createApiCredential({ name: 'Kept' });
      const { client_id } = made;
      assert.equal(await ask(made, '203.0.113.5'), 200);
      await partner.rotateApiCredential({ client_id, overlap_hours: 0 });
      const before = await listed(client_id);
      assert.equal(before.old_secret, null);
      const { sweepSecrets } = await import('./credential.ts');
      await query(sweepSecrets);
      const left = await query(sql`
        select from credential_secrets where secret_hash = ${sha256(made.client_secret)}`);
      assert.equal(left.length, 0);
      assert.deepEqual(await listed(client_id), before);
      assert.equal(before.last_used_address, '203.0.113.5');
    });

    test('and nobody waits to write it: a secret that is held elsewhere issues tokens all the same', async () => {
      const made = await partner.createApiCredential({ name: 'Held' });
      await service.database.write(async (db) => {
        await db.query(sql`
          select from credential_secrets where secret_hash = ${sha256(made.client_secret)}
          for update`);
        const answers = await Promise.all(Array.from({ length: 5 }, () => ask(made)));
        assert.deepEqual(answers, [200, 200, 200, 200, 200]);
      });
      assert.equal((await listed(made.client_id)).last_used_time, null);
    });
  });
});
