/** What an address is sent, and the contract that says so: neither knows a field that the other lacks. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pushes, webhookEventTypes } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { sweep } from '../sweep.ts';
import { newEmail, PASSWORD, startInvitations } from '../testing/scenes/invitation.ts';
import { payloadOf, TOLD_COLUMNS, type ToldEvent } from './payload.ts';

const { service, partner, server, inside, mailed, accept } = await startInvitations();

const bodiesOf = async (id: number) => {
  const events = await service.database.read((db) =>
    db.query<ToldEvent>(sql`
      select ${TOLD_COLUMNS} from events e
      where e.server = ${server} and e.account_id = ${id}
        and e.type = any (${webhookEventTypes}) order by e.event_id`),
  );
  return events.map((event) => JSON.parse(payloadOf(event)));
};

/** Every type that a webhook is told, in the life of one account. */
async function live(): Promise<number> {
  const { id, at, email: own, invite, visitor } = await inside({ reference: 'A17' });
  const of = { account_id: id, server };
  await partner.updateAccount({ ...of, account_name: 'חשבון', builder_url: 'https://b.example/1' });
  await partner.updateAccount({ ...of, account_status: 0, status_reason: 'unpaid' });
  await service.operator.holdAccount({ ...of, reason: 'abuse' });
  await service.operator.releaseAccount(of);
  await partner.updateAccount({ ...of, account_status: 1 });
  const email = newEmail();
  await visitor.signIn(own);
  await invite(email);
  await accept(await mailed(email), { password: PASSWORD });
  await visitor.delete(`${at}/2`);
  await partner.deleteAccount({ accountID: id, server });
  await service.operator.restoreAccount(of);
  return id;
}

describe('the body of a push', () => {
  test('is what the contract says of its type, to the last field', async () => {
    const bodies = await bodiesOf(await live());
    for (const body of bodies) {
      const { type } = body as { type: keyof typeof pushes };
      assert.deepEqual(pushes[type].parse(body), body);
      assert.equal(body.data.reference, 'A17');
    }
    assert.deepEqual(
      bodies.map(({ type }) => type).sort(),
      webhookEventTypes.toSorted(),
      'every type was there, once',
    );
    const off = bodies.find(({ type }) => type === 'account.suspended');
    assert.deepEqual([off.data.status_reason, off.data.revision], ['unpaid', 3]);
    const removed = bodies.find(({ type }) => type === 'agent.removed');
    assert.deepEqual(removed.data.agent.id, 2);
  });

  test('still is when its account was erased before it was taken', async () => {
    const id = await live();
    await partner.deleteAccount({ accountID: id, server });
    await service.database.write((db) =>
      db.query(sql`update accounts set deleted_at = now() - interval '30 days'
        where server = ${server} and account_id = ${id}`),
    );
    await sweep(service.database);
    const bodies = await bodiesOf(id);
    for (const body of bodies) {
      const { type } = body as { type: keyof typeof pushes };
      assert.deepEqual(pushes[type].parse(body), body);
      assert.deepEqual([body.data.account_name, body.data.changes], ['', {}]);
    }
    assert.equal(bodies.length, webhookEventTypes.length + 1);
  });
});
