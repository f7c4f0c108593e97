import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { startAnsweringMailbox } from '../testing/mail/mail-answers.ts';
import { CHOSEN, newEmail, startMembers } from '../testing/scenes/members.ts';
import { startService, type TestPartner } from '../testing/service.ts';
import { contents, exported, importInto } from '../testing/transfer.ts';
import { assertFailure, PASSWORD } from '../testing/visitor.ts';

const NOBODY = '1f0c9a52-6f0e-4d0b-9a37-0d2f5f3f1c11';

describe("a partner's people", () => {
  let scene: Awaited<ReturnType<typeof startMembers>>;
  let partner: TestPartner;

  before(async () => {
    scene = await startMembers();
  });
  const fresh = async () => {
    partner = await scene.service.newPartner();
    return partner;
  };
  const eventsOf = async (whose: TestPartner, type: string) =>
    (await whose.getEvents({ type })).list.map(({ subject, changes, actor }) => ({
      ...{ subject, changes, actor: actor.kind },
    }));
  /** What the administrators were told of that person. */
  const told = async (to: string, about: string) =>
    (await scene.mailbox.next(to, new RegExp(about))).text;

  test('are listed with what they may, by when they were invited, and nobody else is', async () => {
    await fresh();
    const other = await scene.service.newPartner();
    const theirs = await scene.service.newMember(other);
    assert.deepEqual((await partner.getMembers()).list, []);
    const first = await scene.joined(partner, 'administrator');
    const second = await scene.invite(partner, newEmail(), 'viewer');
    const { list } = await partner.getMembers();
    assert.deepEqual(
      list.map(({ person_id, role, state, name }) => [person_id, role, state, name]),
      [
        [first.person_id, 'administrator', 'open', 'Noa L.'],
        [second.person_id, 'viewer', 'waiting', 'Noa Levi'],
      ],
    );
    for (const person_id of [theirs.personId, NOBODY])
      for (const change of [
        () => partner.updateMember({ person_id, role: 'viewer' }),
        () => partner.removeMember({ person_id }),
        () => partner.inviteMemberAgain({ person_id }),
      ])
        await assert.rejects(change, { reason: 'member_not_found' });
    assert.deepEqual((await partner.getMembers()).list, list);
    assert.equal((await other.getMembers()).list[0]?.role, 'administrator');
    assert.ok(await scene.isSignedIn(theirs));
  });

  test('show no sign-in and no second factor of before they joined, or while they wait', async () => {
    await fresh();
    const other = await scene.service.newPartner();
    const known = await scene.service.newMember(other);
    await scene.service.database.write((db) =>
      db.query(sql`update persons set two_factor_enabled = true where id = ${known.personId}`),
    );
    const { person_id } = await scene.invite(partner, known.email);
    const hidden = await scene.find(partner, person_id);
    assert.deepEqual([hidden?.last_sign_in_time, hidden?.has_second_factor], [null, false]);
    await scene.accept(await scene.mailed(known.email));
    const shown = await scene.find(partner, person_id);
    assert.deepEqual([shown?.last_sign_in_time, shown?.has_second_factor], [null, true]);
  });

  test('change their role, which is recorded once', async () => {
    await fresh();
    const { personId: person_id } = await scene.service.newMember(partner, 'operator');
    const changed = await partner.updateMember({ person_id, role: 'viewer' });
    assert.deepEqual([changed.role, changed.state], ['viewer', 'open']);
    await partner.updateMember({ person_id: person_id.toUpperCase(), role: 'viewer' });
    assert.deepEqual(await eventsOf(partner, 'member.updated'), [
      {
        ...{ subject: person_id, actor: 'credential' },
        changes: { role: { from: 'operator', to: 'viewer' } },
      },
    ]);
  });

  test('keep one administrator who has joined', async () => {
    await fresh();
    const { personId: person_id } = await scene.service.newMember(partner);
    const waiting = await scene.invite(partner, newEmail(), 'administrator');
    const last = { reason: 'last_member_administrator' };
    await assert.rejects(partner.removeMember({ person_id }), last);
    await assert.rejects(partner.updateMember({ person_id, role: 'operator' }), last);
    await partner.updateMember({ person_id, role: 'administrator' });
    await partner.updateMember({ person_id: waiting.person_id, role: 'viewer' });
    await partner.removeMember({ person_id: waiting.person_id });
    const second = await scene.service.newMember(partner);
    await partner.removeMember({ person_id });
    await assert.rejects(partner.removeMember({ person_id: second.personId }), last);
  });

  test('who are removed are out of the console when it is answered, but for those who work elsewhere', async () => {
    await fresh();
    const other = await scene.service.newPartner();
    await scene.service.newMember(partner);
    const { person_id, email, visitor } = await scene.joined(partner);
    const here = await scene.invite(other, email);
    await scene.accept(await scene.mailed(email));
    assert.deepEqual(
      await partner.removeMember({ person_id }).then((it) => it.person_id),
      person_id,
    );
    assert.equal(await scene.find(partner, person_id), undefined);
    assert.ok(await scene.isSignedIn(visitor), 'works for another');
    await other.removeMember({ person_id: here.person_id });
    assert.ok(!(await scene.isSignedIn(visitor)));
    assertFailure(await scene.at().signIn(email, CHOSEN), 'not_a_member');
    const [removed] = await eventsOf(partner, 'member.removed');
    assert.deepEqual(removed, {
      ...{ subject: person_id, actor: 'credential' },
      changes: {
        name: { from: 'Noa L.', to: null },
        email: { from: email, to: null },
        role: { from: 'operator', to: null },
      },
    });
  });

  test('keep their places in accounts, and their sessions there, when they are removed', async () => {
    await fresh();
    const { email, account_id } = await scene.service.newPerson(partner);
    const { person_id } = await scene.invite(partner, email);
    await scene.service.database.write((db) =>
      db.query(sql`update members set state = 'open' where person_id = ${person_id}`),
    );
    const [inside, console] = [scene.at('online'), scene.at()];
    for (const visitor of [inside, console]) assert.equal((await visitor.signIn(email)).http, 200);
    await partner.removeMember({ person_id });
    assert.ok(!(await scene.isSignedIn(console)));
    assert.equal((await inside.get(`/api/workspace/${account_id}`)).http, 200);
  });

  test('whose invitation is taken back cannot accept it', async () => {
    await fresh();
    const email = newEmail();
    const { person_id } = await scene.invite(partner, email);
    const token = await scene.mailed(email);
    await partner.removeMember({ person_id });
    assertFailure(await scene.look(token), 'link_over');
    assertFailure(await scene.accept(token, { password: CHOSEN }), 'link_over');
    assert.equal((await scene.invite(partner, email)).person_id, person_id);
  });

  test('who are administrators are told by mail who is invited and who is removed, in their language', async () => {
    await fresh();
    await partner.updatePartnerProfile({ name: 'Example Agency' });
    const admins = [
      await scene.service.newMember(partner),
      await scene.service.newMember(partner),
    ] as const;
    await scene.service.database.write((db) =>
      db.query(sql`update persons set language = 'he' where id = ${admins[1].personId}`),
    );
    const viewer = await scene.service.newMember(partner, 'viewer');
    const email = newEmail();
    const { person_id } = await scene.invite(partner, email, 'administrator');
    const english = await told(admins[0].email, email);
    assert.match(english, /^Noa Levi was invited to the console of “Example Agency” through/m);
    assert.match(english, /^You get this because you are an administrator of Example Agency\.$/m);
    assert.match(english, /Role: administrator/);
    assert.match(await told(admins[1].email, email), /תפקיד: מנהל/);
    await partner.removeMember({ person_id });
    const removed = await told(admins[0].email, email);
    assert.match(removed, /^Noa Levi was removed from the console of “Example Agency” through/m);
    assert.match(await told(admins[1].email, email), /הוסרה דרך ה-API לשותפים/);
    const letters = scene.mailbox.all().filter(({ text }) => text.includes(email));
    assert.ok(!letters.some(({ to }) => to === viewer.email));
  });

  test('are not mailed without end about who comes and goes', async () => {
    await fresh();
    const { email } = await scene.service.newMember(partner);
    const again = newEmail();
    for (let n = 0; n < 15; n++) {
      const { person_id } = await scene.invite(partner, again);
      await partner.removeMember({ person_id });
    }
    const [row] = await scene.service.database.read((db) =>
      db.query<{ n: number }>(sql`
        select max(cardinality(failed_at))::integer as n from attempts`),
    );
    assert.equal(row?.n, 20);
    const letters = scene.mailbox
      .all()
      .filter(({ to, text }) => to === email && text.includes(again));
    assert.ok(letters.length <= 20);
  });

  test('need a second factor where the partner asks for it', async () => {
    await fresh();
    const { personId: person_id, ...visitor } = await scene.service.newMember(partner);
    const { person_id: waiting } = await scene.invite(partner, newEmail());
    const stateOf = async (id: string) => (await scene.find(partner, id))?.state;
    await partner.updatePartnerProfile({ requires_second_factor: true });
    assert.deepEqual(
      [await stateOf(person_id), await stateOf(waiting)],
      ['second_factor_needed', 'waiting'],
    );
    // Still the one administrator.
    await assert.rejects(partner.removeMember({ person_id }), {
      reason: 'last_member_administrator',
    });
    const setUp = { password: PASSWORD, method: 'otp' };
    assert.equal((await visitor.post('/api/auth/two-factor/enable', setUp)).http, 200);
    assert.equal(await stateOf(person_id), 'open');
    await partner.updatePartnerProfile({ requires_second_factor: false });
    assert.equal((await scene.find(partner, person_id))?.has_second_factor, true);
  });

  test('are moved by an export, those who wait with the letter that is owed', async () => {
    await fresh();
    await scene.service.newMember(partner);
    await scene.invite(partner, newEmail());
    await scene.service.database.write((db) =>
      db.query(
        sql`update members set mail_due_at = now() + interval '1 day' where state = 'waiting'`,
      ),
    );
    const target = await startService();
    const heard = await importInto(target, await exported(scene.service), '?replace=true');
    assert.equal(heard.http, 200, heard.text);
    for (const table of ['members', 'partners', 'invitations'])
      assert.deepEqual(
        (await contents(target)).get(table),
        (await contents(scene.service)).get(table),
      );
  });
});

test('a member sees no more of a letter that is refused than the partner: why, and its next try', async () => {
  const mailbox = await startAnsweringMailbox();
  const service = await startService({ environment: { SMTP_URL: mailbox.url } });
  const partner = await service.newPartner();
  mailbox.answer = { receiver: '550 no such mailbox\r\n' };
  const { person_id } = await partner.inviteMember({
    email: newEmail(),
    name: 'N',
    role: 'viewer',
  });
  for (;;) {
    const [member] = (await partner.getMembers()).list;
    if (!member?.not_delivered) continue;
    assert.deepEqual(member.not_delivered, {
      ...{ why: 'refused', answer: '550 no such mailbox', next_try_time: null },
    });
    break;
  }
  mailbox.answer = 'taken';
  await service.database.write((db) =>
    db.query(sql`update members set mail_failed_at = mail_failed_at - interval '2 minutes'`),
  );
  await partner.inviteMemberAgain({ person_id });
  for (;;) {
    const [row] = await service.database.read((db) =>
      db.query<{ owed: boolean }>(sql`select mail_due_at is not null as owed from members`),
    );
    if (!row?.owed) break;
  }
  assert.equal((await partner.getMembers()).list[0]?.not_delivered, null);
});
