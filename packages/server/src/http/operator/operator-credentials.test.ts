import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { eventsOf } from '../../testing/scenes/operator.ts';
import { startService, type TestService } from '../../testing/service.ts';

describe('the operator, of credentials and accounts', () => {
  let service: TestService;
  before(async () => {
    service = await startService();
  });

  test('makes, rotates, revokes and lists credentials, and never sees a secret again', async () => {
    const { operator } = service;
    const { partner } = await operator.createPartner({ name: 'A' });
    const made = await operator.createCredential({ partner, label: 'CRM', mode: 'original' });
    assert.match(made.client_id, /^swb_ci_/);
    assert.match(made.client_secret, /^swb_cs_[A-Za-z0-9_-]{43}$/);
    const { client_id } = made;
    const rotated = await operator.rotateCredential({ client_id });
    assert.notEqual(rotated.client_secret, made.client_secret);
    const revoked = await operator.revokeCredential({ client_id });
    const plain = await operator.createCredential({ partner });
    assert.equal(plain.mode, 'strict');

    const { list } = await operator.listCredentials({ partner });
    assert.deepEqual(list[0], {
      client_id,
      partner,
      label: 'CRM',
      mode: 'original',
      create_time: made.create_time,
      last_used_time: null,
      state: 'revoked',
    });
    assert.equal(list.length, 2);
    const everywhere = JSON.stringify([await operator.listCredentials(), revoked]);
    assert.ok(everywhere.includes(client_id));
    assert.ok(!everywhere.includes('swb_cs_'));
    assert.deepEqual(
      (await eventsOf(service, partner)).map(({ type }) => type),
      [
        'partner.created',
        'credential.created',
        'credential.rotated',
        'credential.revoked',
        'credential.created',
      ],
    );
  });

  test('is told what is wrong with a credential', async () => {
    const { operator } = service;
    const { partner } = await operator.createPartner({ name: 'A' });
    const { client_id } = await operator.createCredential({ partner });
    const refused = [
      [() => operator.createCredential({ partner, mode: 'lax' as 'strict' }), 106],
      [() => operator.createCredential({ partner, label: '\t' }), 107],
      [() => operator.rotateCredential({ client_id, overlap_hours: 721 }), 108],
      [() => operator.rotateCredential({ client_id, overlap_hours: -1 }), 108],
      [() => operator.rotateCredential({ client_id: '' }), 105],
      [() => operator.revokeCredential({ client_id: 'a\0b' }), 105],
    ] as const;
    for (const [call, number] of refused) await assert.rejects(call, { number, http: 422 });
    await operator.revokeCredential({ client_id });
    for (const id of [client_id, 'swb_ci_unknown'])
      for (const call of ['rotateCredential', 'revokeCredential'] as const)
        await assert.rejects(operator[call]({ client_id: id }), {
          reason: 'credential_not_found',
          http: 404,
        });
  });

  test('gives credentials the mode of the installation unless told otherwise', async () => {
    const original = await startService({ environment: { COMPATIBILITY: 'original' } });
    const { partner } = await original.operator.createPartner({ name: 'A' });
    assert.equal((await original.operator.createCredential({ partner })).mode, 'original');
  });

  test('brings a deleted account back, once', async () => {
    const partner = await service.newPartner();
    const account_id = await service.newAccount(partner);
    const account = { account_id, server: 'online' };
    const absent = { reason: 'account_not_deleted', number: 109, http: 404 };
    await assert.rejects(service.operator.restoreAccount(account), absent);
    await partner.deleteAccount({ accountID: account_id, server: 'online' });
    const restored = await service.operator.restoreAccount(account);
    assert.equal(restored.account_name, 'My Account');
    assert.equal((await partner.getAccount(account)).account_id, account_id);
    await assert.rejects(service.operator.restoreAccount(account), absent);
    await assert.rejects(service.operator.restoreAccount({ account_id, server: 'nowhere' }), {
      reason: 'server_not_found',
    });
  });

  test('removes the quick start’s secrets once, and is told when there is none', async () => {
    const installation = await startService();
    const { operator } = installation;
    const absent = { reason: 'quickstart_absent', number: 110, http: 404 };
    await assert.rejects(operator.removeQuickstart(), absent);
    const partner = await installation.newPartner();
    await installation.newAccount(partner);
    await installation.database.write((db) =>
      db.query(sql`
        insert into quickstart (credential_id, person_ids)
        select credential_id, array(select person_id from agents)
        from credentials where client_id = ${partner.clientId}`),
    );
    const token = await partner.accessToken();
    const { credentials_revoked, passwords_removed } = await operator.removeQuickstart();
    assert.deepEqual([credentials_revoked, passwords_removed], [1, 1]);
    const refused = await fetch(`${installation.baseUrl}/api/online/getAccounts`, {
      headers: { authorization: `Bearer ${token}` },
    });
    assert.equal(refused.status, 401);
    await assert.rejects(operator.removeQuickstart(), absent);
  });
});
