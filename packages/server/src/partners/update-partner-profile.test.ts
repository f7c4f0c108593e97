import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { sharedService, type TestPartner, type TestService } from '../testing/service.ts';

describe("a partner's profile", () => {
  let service: TestService;
  let partner: TestPartner;

  before(async () => {
    service = await sharedService();
    partner = await service.newPartner();
  });
  const changesOf = async () =>
    (await partner.getEvents({ type: 'profile.updated' })).list.map(({ changes }) => changes);

  test("is changed field by field, which is recorded once and is no other partner's", async () => {
    const other = await service.newPartner();
    const before = await other.getPartner();
    const { create_time, ...first } = await partner.getPartner();
    assert.deepEqual([first.partner, first.name], [partner.partner, 'A partner']);
    assert.ok(create_time > 0);
    await partner.updatePartnerProfile({ support_email: 'Help@Example.com' });
    const changed = await partner.updatePartnerProfile({
      ...{
        name: ' סוכנות ',
        support_url: 'https://example.com/help',
        requires_second_factor: true,
      },
    });
    await partner.updatePartnerProfile({ name: 'סוכנות', requires_second_factor: true });
    assert.deepEqual(await partner.getPartner(), changed);
    assert.deepEqual(changed, {
      ...{ ...first, create_time, name: 'סוכנות', requires_second_factor: true },
      ...{ support_url: 'https://example.com/help', support_email: 'Help@example.com' },
    });
    const cleared = await partner.updatePartnerProfile({ support_url: '', support_email: '' });
    assert.deepEqual([cleared.support_url, cleared.support_email], ['', '']);
    assert.deepEqual((await changesOf()).slice(0, 2), [
      { support_email: { from: '', to: 'Help@example.com' } },
      {
        name: { from: 'A partner', to: 'סוכנות' },
        support_url: { from: '', to: 'https://example.com/help' },
        requires_second_factor: { from: false, to: true },
      },
    ]);
    assert.equal((await changesOf()).length, 3);
    assert.deepEqual(await other.getPartner(), before);
  });

  test('refuses what is no name, link, address or choice', async () => {
    const before = await partner.getPartner();
    const wrong: object[] = [
      ...[{ name: '' }, { name: 'x'.repeat(101) }, { support_name: 'a\u202eb' }],
      ...[{ support_url: 'javascript:alert(1)' }, { support_email: 'nobody' }],
      ...[{ requires_second_factor: 1 }, { requires_second_factor: 'true' }],
    ];
    for (const change of wrong)
      await assert.rejects(partner.updatePartnerProfile({ name: 'Changed', ...change }), {
        reason: 'profile_invalid',
      });
    assert.deepEqual(await partner.getPartner(), before);
  });

  test('takes changes one at a time beside changes of accounts, and none waits for ever', async () => {
    const account_id = await service.newAccount(partner);
    const names = Array.from({ length: 12 }, (_, n) => `Name ${n}`);
    await Promise.all(
      names.flatMap((name) => [
        partner.updatePartnerProfile({ name }),
        partner.updateAccount({ account_id, server: 'online', account_name: name }),
        partner.setWebhook({ url: '' }),
      ]),
    );
    assert.ok(names.includes((await partner.getPartner()).name));
  });
});
