import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { before, describe, test } from 'node:test';
import { createOperatorClient, Refusal } from '@switchboard/sdk';
import { eventsOf } from '../../testing/scenes/operator.ts';
import { startService, type TestService } from '../../testing/service.ts';

const NOBODY = 2_000_000_000;

describe('the operator', () => {
  let service: TestService;
  before(async () => {
    service = await startService();
  });

  const recently = (seconds: number) => Math.abs(seconds - Date.now() / 1000) <= 5;

  test('registers servers: the first is the main one, and names are unique', async () => {
    const made = await service.operator.createServer({ server: 'Berlin-2' });
    assert.equal(made.server, 'berlin-2');
    assert.equal(made.main, false);
    assert.ok(recently(made.create_time));
    const { list } = await service.operator.listServers();
    assert.deepEqual(
      list.map(({ server, main }) => [server, main]),
      [
        ['berlin-2', false],
        ['online', true],
      ],
    );
    for (const server of ['online', 'ONLINE', 'berlin-2'])
      await assert.rejects(service.operator.createServer({ server }), {
        reason: 'server_exists',
        number: 104,
        http: 409,
      });
    for (const server of ['', '-a', 'a.b', 'a_b', 'x'.repeat(31)])
      await assert.rejects(service.operator.createServer({ server }), {
        reason: 'server_invalid',
        number: 34,
        http: 422,
      });
  });

  test('registers a server that is asked for twice at once only once', async () => {
    const made = await Promise.allSettled(
      Array.from({ length: 5 }, () => service.operator.createServer({ server: 'twice' })),
    );
    assert.equal(made.filter(({ status }) => status === 'fulfilled').length, 1);
  });

  test('registers partners, changes them and lists them', async () => {
    const made = await service.operator.createPartner({
      name: 'רשת Ltd',
      support_url: 'https://help.example.com/',
    });
    const { create_time, ...rest } = made;
    assert.ok(recently(create_time));
    assert.deepEqual(rest, {
      status: 'OK',
      reason: 1,
      partner: made.partner,
      name: 'רשת Ltd',
      state: 'active',
      accounts: 0,
      support_name: '',
      support_url: 'https://help.example.com/',
      support_email: '',
    });
    const { partner } = made;
    const changed = await service.operator.updatePartner({
      partner,
      support_email: 'help@example.com',
      support_url: '',
    });
    assert.equal(changed.name, 'רשת Ltd');
    assert.equal(changed.support_email, 'help@example.com');
    assert.equal(changed.support_url, '');
    assert.deepEqual(await service.operator.updatePartner({ partner }), changed);
    const { list } = await service.operator.listPartners();
    const { status, reason, ...row } = changed;
    assert.deepEqual(
      list.find((one) => one.partner === partner),
      row,
    );
    assert.deepEqual(
      (await eventsOf(service, partner)).map(({ type, actor_kind }) => [type, actor_kind]),
      [
        ['partner.created', 'operator'],
        ['partner.updated', 'operator'],
      ],
    );
  });

  test('counts the accounts of a partner', async () => {
    const partner = await service.newPartner();
    await service.newAccount(partner);
    const id = await service.newAccount(partner);
    await partner.deleteAccount({ accountID: id, server: 'online' });
    const { list } = await service.operator.listPartners();
    assert.equal(list.find((one) => one.partner === partner.partner)?.accounts, 1);
  });

  test('is told which parameter of a partner is wrong', async () => {
    const { operator } = service;
    const { partner } = await operator.createPartner({ name: 'A' });
    const refused = [
      [() => operator.createPartner({ name: '' }), 101, 'name'],
      [() => operator.createPartner({ name: 'x'.repeat(101) }), 101, 'name'],
      [() => operator.updatePartner({ partner, name: 'a\nb' }), 101, 'name'],
      [() => operator.updatePartner({ partner: 0 }), 102, 'partner'],
      [() => operator.updatePartner({ partner, support_url: 'javascript:x' }), 103, 'support_url'],
      [() => operator.updatePartner({ partner, support_email: 'nobody' }), 103, 'support_email'],
    ] as const;
    for (const [call, number, parameter] of refused)
      await assert.rejects(call, (error) => {
        assert.ok(error instanceof Refusal);
        assert.deepEqual([error.number, error.http], [number, 422]);
        assert.equal(error.details.parameter, parameter);
        return true;
      });
  });

  test('is told that a partner does not exist', async () => {
    const { operator } = service;
    const partner = NOBODY;
    for (const call of [
      () => operator.updatePartner({ partner, name: 'A' }),
      () => operator.suspendPartner({ partner }),
      () => operator.resumePartner({ partner }),
      () => operator.createCredential({ partner }),
      () => operator.listCredentials({ partner }),
    ])
      await assert.rejects(call, { reason: 'partner_not_found', number: 102, http: 404 });
  });

  test('suspends and resumes a partner; doing it again records nothing', async () => {
    const { partner } = await service.operator.createPartner({ name: 'A' });
    for (const [call, state] of [
      ['suspendPartner', 'suspended'],
      ['suspendPartner', 'suspended'],
      ['resumePartner', 'active'],
      ['resumePartner', 'active'],
    ] as const)
      assert.equal((await service.operator[call]({ partner })).state, state);
    assert.deepEqual(
      (await eventsOf(service, partner)).map(({ type }) => type),
      ['partner.created', 'partner.suspended', 'partner.resumed'],
    );
  });

  test('is not heard without its token', async () => {
    const right = 'a-token-of-the-operator';
    const guarded = await startService({ environment: { OPERATOR_TOKEN: right } });
    const { port } = guarded.app.operator.server.address() as AddressInfo;
    const baseUrl = `http://127.0.0.1:${port}`;
    for (const token of [undefined, 'wrong', `${right}x`, right.toUpperCase()]) {
      const stranger = createOperatorClient({ baseUrl, retries: 0 }, token);
      const wrong = { reason: 'operator_token_invalid', number: 100, http: 401 };
      await assert.rejects(stranger.listPartners(), wrong);
      await assert.rejects(stranger.createPartner({ name: 'A' }), wrong);
    }
    assert.deepEqual((await guarded.operator.listPartners()).list, []);
  });

  test('is heard on no path of the public listener', async () => {
    for (const path of ['createPartner', 'listCredentials', 'removeQuickstart']) {
      const response = await fetch(`${service.baseUrl}/operator/${path}`, {
        method: 'POST',
        body: '{}',
      });
      assert.equal(response.status, 404);
    }
  });
});
