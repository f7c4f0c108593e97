import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Refusal } from '@switchboard/contract';
import { assertRefused, send } from '../testing/http.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../testing/service.ts';

describe('createAccount', () => {
  let service: TestService;
  let partner: TestPartner;
  let token: string;

  before(async () => {
    service = await startService();
    partner = await service.newPartner();
    token = await partner.accessToken();
  });

  const create = (changes: object) =>
    send(service.baseUrl, 'createAccount', { token, body: { ...accountRequest(), ...changes } });

  test('answers the new account, active, with agent number 1', async () => {
    const { http, body } = await create({ reference: 'Ref8', account_name: ' Née ' });
    const { account_id, ...rest } = body;
    assert.equal(http, 200);
    assert.ok(Number.isInteger(account_id));
    assert.deepEqual(rest, {
      status: 'OK',
      reason: 1,
      server: 'online',
      account_name: 'Née',
      account_status: 1,
      agent_id: 1,
      reference: 'Ref8',
      revision: 1,
    });
    const got = await partner.getAccount({ account_id: Number(account_id), server: 'online' });
    assert.deepEqual([got.agents, got.inboxes, got.reference], [3, 2, 'Ref8']);
  });

  test('numbers count up on each server by itself, without a gap, also when raced', async () => {
    await service.operator.createServer({ server: 'counted' });
    const make = async (server: string) => Number((await create({ server })).body.account_id);
    const first = await make('online');
    const ids = await Promise.all(
      Array.from({ length: 20 }, (_, n) => make(n % 2 ? 'counted' : 'online')),
    );
    const on = (odd: number) => ids.filter((_, n) => n % 2 === odd).sort((a, b) => a - b);
    assert.deepEqual(on(1), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert.deepEqual(
      on(0),
      Array.from({ length: 10 }, (_, n) => first + 1 + n),
    );
    assertRefused(await create({ account_name: '' }), 36, 422);
    assert.equal(await make('counted'), 11);
  });

  test('goes to the main server by default', async () => {
    assert.equal((await create({ server: undefined })).body.server, 'online');
    assertRefused(await create({ server: 'nowhere' }), 34, 404);
  });

  test('refuses a server that has used up its numbers', async () => {
    await service.operator.createServer({ server: 'full' });
    await service.database.write((db) =>
      db.query({
        text: `update servers set next_account_id = 9999999 where name = 'full'`,
        values: [],
      }),
    );
    assert.equal((await create({ server: 'full' })).body.account_id, 9_999_999);
    assertRefused(await create({ server: 'full' }), 34, 422);
  });

  test('names everything that is wrong at once, the first deciding the reason', async () => {
    const { body, http } = await create({
      acount_name: 'x',
      nonsense: 1,
      agents: 0,
      admin_email: undefined,
      admin_2fa: 1,
      reference: 'ö',
    });
    const errors = body.errors as { reason: number; code: string; parameter?: string }[];
    assert.deepEqual(
      errors.map(({ reason, code, parameter }) => [reason, code, parameter]),
      [
        [39, 'parameter_unknown', undefined],
        [39, 'parameter_unknown', undefined],
        [45, 'agents_invalid', 'agents'],
        [47, 'admin_email_invalid', 'admin_email'],
        [52, 'admin_2fa_value_invalid', 'admin_2fa_value'],
        [20, 'reference_invalid', 'reference'],
      ],
    );
    const { reason, code, message } = body;
    assert.deepEqual({ reason, code, message }, errors[0]);
    assert.equal(http, 422);
    for (const each of (await create({ agents: 0, inboxes: 'x' })).body.errors as object[])
      assert.match(JSON.stringify(each), /^{"reason":4\d,"code":"\w+","message":".* it must be /);
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`x${n}`, 1]));
    assert.equal(((await create(many)).body.errors as object[]).length, 10);
    assert.equal('errors' in (await create({ server: 'nowhere' })).body, false);
    const mine = partner.createAccount({ ...accountRequest(), agents: 0, inboxes: 0 });
    await assert.rejects(mine, (error: Refusal) => error.details.errors?.length === 2);
  });

  test('judges every parameter by its documented rule', async () => {
    const fine: [string, unknown[]][] = [
      ['agents', [1, 9999, '1', '9999', '0007']],
      ['inboxes', [1, 999, '1', '999']],
      [
        'admin_password',
        ['Aa!aaa', `Aa!${'x'.repeat(47)}`, 'aA"\'`~ ', 'Aa?\0שלום', `Aa~${'😀'.repeat(47)}`],
      ],
      ['admin_2fa', [0, '0', undefined]],
      ['reference', ['', 'a', 'Z9'.repeat(25)]],
      ['server', ['ONLINE']],
    ];
    for (const [name, values] of fine)
      for (const value of values) {
        const { http, text } = await create({ [name]: value });
        assert.equal(http, 200, `${name} ${String(value)} ${text}`);
      }
    const text50 = ['', ' ', 'x'.repeat(51), 'a\nb', 8, null, ['x'], '\u200b', '😀'.repeat(51)];
    const wrong: [string, number, unknown[]][] = [
      ['account_name', 36, ['x'.repeat(101), '', null, 8, {}]],
      ['agents', 45, [0, 10_000, '', '0', '10000', -1, 1.5, true, null, '1 ', [1]]],
      ['inboxes', 46, [0, 1000, '', '0', '1000', -1, 1.5, true, null, '٣']],
      [
        'admin_email',
        47,
        [
          '',
          'x',
          '@x.com',
          'a@',
          'a b@x.com',
          'a@x.com,b@x.com',
          `${'a'.repeat(45)}@x.com`,
          8,
          'a@x.com\0',
          'a\n@x.com',
          null,
        ],
      ],
      ['admin_name', 48, text50],
      ['admin_displayName', 49, text50],
      [
        'admin_password',
        50,
        [
          'Aa!aa',
          'aaaaa!',
          'AAAAA!',
          'Aaaaaa1',
          'AA!éàü',
          'aa!ÉÀÜ',
          `Aa!${'x'.repeat(48)}`,
          '',
          null,
          8,
        ],
      ],
      ['admin_2fa', 51, [2, '2', 3, '', true, null, '1.0']],
      ['admin_2fa_value', 52, ['x'.repeat(51), null, 8]],
      ['server', 34, ['', 'x'.repeat(31), 'a_b', null]],
      ['reference', 20, ['a b', 'é', 'x'.repeat(51), 'a-b', null, 8, 'a\n']],
    ];
    for (const [name, reason, values] of wrong)
      for (const value of values) {
        const heard = await create({ [name]: value });
        assertRefused(heard, reason, 422, { [name]: value });
        assert.equal(heard.body.parameter, name);
      }
    const codes = ['', undefined, 'x', 'a@', 'a b@x.com'];
    for (const admin_2fa_value of codes)
      assertRefused(await create({ admin_2fa: 1, admin_2fa_value }), 52, 422, admin_2fa_value);
    const sms = await create({ admin_2fa: 2, admin_2fa_value: '+972500000000' });
    assertRefused(sms, 51, 422);
    assert.match(String(sms.body.message), /no SMS gateway/);
  });
});
