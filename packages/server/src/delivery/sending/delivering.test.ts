/** What a partner's address is sent: what, when, in which order, signed by what. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPartnerClient } from '@switchboard/sdk';
import sql from 'sql-template-tag';
import { Webhook } from 'standardwebhooks';
import { newTold } from '../../testing/scenes/webhook.ts';
import { startService, type TestService } from '../../testing/service.ts';

const server = 'online';
const environment = { WEBHOOK_ALLOW_PRIVATE: 'true' };

describe('what happens to a partner’s accounts', () => {
  let service: TestService;
  let other: TestService;
  before(async () => {
    service = await startService({ environment });
    other = await startService({ environment, beside: service });
  });

  test('is told once, in the order in which it happened, whichever node does it', async () => {
    const { partner, receiver } = await newTold(service);
    const id = await service.newAccount(partner);
    const { clientId, clientSecret } = partner;
    const elsewhere = createPartnerClient({ baseUrl: other.baseUrl, clientId, clientSecret });
    for (let n = 0; n < 40; n += 1) {
      const client = n % 2 ? elsewhere : partner;
      await client.updateAccount({ account_id: id, server, account_name: `Name ${n}` });
    }
    await partner.updateAccount({
      account_id: id,
      server,
      account_status: 0,
      status_reason: 'unpaid',
    });
    await partner.updateAccount({ account_id: id, server, account_status: 1 });
    await partner.deleteAccount({ accountID: id, server });
    const told = await receiver.until(44);
    const expected = [
      'account.created',
      ...Array<string>(40).fill('account.updated'),
      ...['account.suspended', 'account.resumed', 'account.deleted'],
    ];
    assert.deepEqual(
      told.map(({ type }) => type),
      expected,
    );
    assert.deepEqual(
      told.slice(1, 41).map(({ data }) => data.account_name),
      Array.from({ length: 40 }, (_, n) => `Name ${n}`),
    );
    assert.deepEqual(
      told.slice(0, 43).map(({ data }) => data.revision),
      Array.from({ length: 43 }, (_, n) => n + 1),
    );
    assert.equal(told[41]?.data.status_reason, 'unpaid');
    assert.equal(new Set(told.map(({ id: name }) => name)).size, 44);
  });

  test('is signed with the secret, with the one before it during an overlap, and with no other', async () => {
    const { partner, receiver, secret } = await newTold(service);
    const id = await service.newAccount(partner);
    await receiver.until(1);
    const { secret: next } = await partner.rotateWebhookSecret({ overlap_hours: 1 });
    await partner.updateAccount({ account_id: id, server, account_name: 'Signed twice' });
    await receiver.until(2);
    const { secret: last } = await partner.rotateWebhookSecret({ overlap_hours: 0 });
    await partner.updateAccount({ account_id: id, server, account_name: 'Signed anew' });
    const told = await receiver.until(3);
    const verified = (signer: string) =>
      told.map(({ body, headers }) => {
        try {
          return Boolean(new Webhook(signer).verify(body, headers as Record<string, string>));
        } catch {
          return false;
        }
      });
    assert.deepEqual(verified(secret), [true, true, false]);
    assert.deepEqual(verified(next), [false, true, false]);
    assert.deepEqual(verified(last), [false, false, true]);
    for (const { body, headers } of told) {
      const old: Record<string, string> = {
        ...(headers as Record<string, string>),
        'webhook-timestamp': String(Math.floor(Date.now() / 1000) - 600),
      };
      assert.throws(() => new Webhook(last).verify(body, old));
      assert.doesNotMatch(body + JSON.stringify(headers), /whsec_/);
    }
  });

  test('is told to no other partner, and what was before the address to nobody', async () => {
    const one = await newTold(service);
    const two = await newTold(other);
    const mine = await one.newAccount();
    const theirs = await two.newAccount();
    const ids = (told: { data: { account_id: number } }[]) =>
      told.map(({ data }) => data.account_id);
    assert.deepEqual(ids(await one.receiver.until(1)), [mine]);
    assert.deepEqual(ids(await two.receiver.until(1)), [theirs]);
    await one.partner.setWebhook({ url: '' });
    await one.rename(mine, 'While there was no address');
    await one.partner.setWebhook({ url: one.receiver.url });
    await one.rename(mine, 'Told');
    const [, told] = await one.receiver.until(2);
    assert.equal(told?.data.account_name, 'Told');
    assert.equal((await one.deliveries()).length, 2);
  });

  test('is told when it is committed, not before, and not when it is undone', async () => {
    const { partner, receiver, partnerId } = await newTold(service);
    const id = await service.newAccount(partner);
    await receiver.until(1);
    const insert = sql`
      insert into events (type, partner_id, server, account_id, actor_kind, actor_id, changes)
      values ('account.updated', ${partnerId}, ${server}, ${id}, 'system', 'test', '{}')`;
    const undone = await service.database.begin();
    await undone.query(insert);
    const early = await service.database.begin();
    await early.query(insert);
    const another = await service.newAccount(partner);
    const [, next] = await receiver.until(2);
    assert.equal(next?.data.account_id, another);
    await undone.rollback();
    await early.commit();
    const [, , late] = await receiver.until(3);
    assert.ok(late && next && late.data.event_id < next.data.event_id);
    await service.newAccount(partner);
    assert.equal((await receiver.until(4)).length, 4);
  });

  /** What happened to the partner so far is in a window that was begun. */
  async function untilRead(partnerId: number): Promise<void> {
    for (let n = 0; n < 2_000; n += 1) {
      const unread = await service.database.read((db) =>
        db.query(sql`
          select from events e, delivery_position p
          where e.partner_id = ${partnerId}
            and not pg_visible_in_snapshot(e.transaction_id, coalesce(p.up_to, p.snapshot))
          limit 1`),
      );
      if (unread.length === 0) return;
      await sleep(5);
    }
    assert.fail('the log was not read on');
  }

  test('is told however much happened at once before it', async () => {
    for (const much of [1_000, 2_500]) {
      const { newAccount, rename, partnerId, receiver } = await newTold(service);
      const id = await newAccount();
      await receiver.until(1);
      await service.database.write((db) =>
        db.query(sql`
          insert into events (type, partner_id, server, account_id, actor_kind, actor_id)
          select 'settings.updated', ${partnerId}, ${server}, ${id}, 'system', 'test'
          from generate_series(1, ${much}::integer)`),
      );
      await untilRead(partnerId);
      await rename(id, 'Told');
      assert.equal((await receiver.until(2))[1]?.data.account_name, 'Told');
    }
  });

  test('waits while its partner is suspended, and is told afterwards', async () => {
    const { newAccount, partnerId, receiver } = await newTold(service);
    await newAccount();
    await receiver.until(1);
    await service.operator.suspendPartner({ partner: partnerId });
    await service.database.write((db) =>
      db.query(sql`
        insert into events (type, partner_id, server, account_id, actor_kind, actor_id)
        select 'account.updated', partner_id, server, account_id, 'operator', 'test'
        from accounts where partner_id = ${partnerId}`),
    );
    const seen = await newTold(service);
    await seen.newAccount();
    await seen.receiver.until(1);
    assert.equal(receiver.arrived.length, 1);
    await service.operator.resumePartner({ partner: partnerId });
    assert.equal((await receiver.until(2)).length, 2);
  });
});
