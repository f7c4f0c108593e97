import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { newEmail, PASSWORD, startInvitations } from '../../testing/scenes/invitation.ts';
import { assertFailure, newVisitor } from '../../testing/visitor.ts';

const { mailbox, service, partner, server, inside, mailed, look, accept } =
  await startInvitations();

const write = (statement: ReturnType<typeof sql>) =>
  service.database.write((db) => db.query(statement));
const laterThanAMinute = () =>
  write(sql`update invitations set created_at = created_at - interval '2 minutes'`);

describe('the link of an invitation', () => {
  test('works once, also when it is used many times at once', async () => {
    const { id, invite, visitor } = await inside();
    const email = newEmail();
    await invite(email);
    const token = await mailed(email);
    const heard = await Promise.all(
      Array.from({ length: 6 }, (_, n) => accept(token, { password: `${PASSWORD}-${n}` })),
    );
    assert.equal(heard.filter(({ http }) => http === 200).length, 1);
    for (const one of heard) if (one.http !== 200) assertFailure(one, 'link_over');
    const won = heard.findIndex(({ http }) => http === 200);
    assert.equal((await newVisitor(service).signIn(email, `${PASSWORD}-${won}`)).http, 200);
    assertFailure(await accept(token, { password: PASSWORD }), 'link_over');
    assertFailure(await look(token), 'link_over');
    const { body } = await visitor.get(`/api/workspace/${id}/log`);
    const types = (body.entries as { type: string }[]).map(({ type }) => type);
    assert.equal(types.filter((type) => type === 'agent.joined').length, 1);
  });

  test('is replaced by a newer one, which goes out no sooner than a minute later', async () => {
    const { at, invite, visitor } = await inside();
    const [email, fence] = [newEmail(), newEmail()];
    await invite(email);
    const first = await mailed(email);
    const letters = () =>
      mailbox.all().filter(({ to, text }) => to === email && /token=/.test(text)).length;
    assert.equal((await visitor.post(`${at}/2/invitation`)).http, 200);
    // Whatever was owed to the one went out before what is owed to the other.
    await invite(fence);
    await mailed(fence);
    assert.equal(letters(), 1);
    assert.equal((await look(first)).http, 200);

    await laterThanAMinute();
    await visitor.post(`${at}/2/invitation`);
    const second = await mailed(email);
    // The letter is here a moment before the mail server says that it is.
    while ((await look(first)).http === 200);
    assertFailure(await look(first), 'link_over');
    assertFailure(await accept(first, { password: PASSWORD }), 'link_over');
    assert.equal((await accept(second, { password: PASSWORD })).http, 200);
    await laterThanAMinute();
    await visitor.post(`${at}/2/invitation`);
    await visitor.delete(`${at}/3`);
    await invite(fence);
    await mailed(fence);
    assert.equal(letters(), 2, 'who has accepted gets no more of them');
  });

  test('is over when it expired, its agent was removed, or its account deleted', async () => {
    const ends: ((account: Awaited<ReturnType<typeof inside>>) => Promise<unknown>)[] = [
      ({ id }) =>
        write(sql`
          update invitations set expires_at = now() - interval '1 second' where account_id = ${id}`),
      ({ at, visitor }) => visitor.delete(`${at}/2`),
      ({ id }) => partner.deleteAccount({ accountID: id, server }),
    ];
    for (const end of ends) {
      const account = await inside();
      const email = newEmail();
      await account.invite(email);
      const token = await mailed(email);
      assert.equal((await look(token)).http, 200);
      await end(account);
      assertFailure(await look(token), 'link_over');
      assertFailure(await accept(token, { password: PASSWORD }), 'link_over');
      assertFailure(await newVisitor(service).signIn(email, PASSWORD), 'wrong_credentials');
    }
  });

  test('opens nothing on another host, nor as anything but what was mailed', async () => {
    const { invite } = await inside();
    const email = newEmail();
    await invite(email);
    const token = await mailed(email);
    const body = { password: PASSWORD };
    for (const at of ['second', null]) assertFailure(await accept(token, body, at), 'link_over');
    assertFailure(await look(token, 'second'), 'link_over');
    for (const other of ['', 'x', token.slice(0, -1), `${token} `, token.toUpperCase()])
      assertFailure(await accept(other, body), 'link_over');
    for (const bad of [undefined, null, 5, 'x'.repeat(201)])
      assertFailure(await accept(token, { ...body, token: bad }), 'request_invalid');
    const foreign = { headers: { origin: 'http://second.localhost' } };
    const path = '/api/invitation/accept';
    const heard = await newVisitor(service).post(path, { token, ...body }, foreign);
    assertFailure(heard, 'origin_refused');
    assert.equal((await accept(token, body)).http, 200);
  });
});
