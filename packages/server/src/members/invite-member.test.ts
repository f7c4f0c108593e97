import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { MOST_MEMBERS, type Refusal } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { CHOSEN, newEmail, startMembers } from '../testing/scenes/members.ts';
import type { TestPartner } from '../testing/service.ts';
import { assertFailure } from '../testing/visitor.ts';

const PLANTED = 'Planted-Password1';
const server = 'online';

describe('an invitation to the console', () => {
  let scene: Awaited<ReturnType<typeof startMembers>>;
  let partner: TestPartner;

  before(async () => {
    scene = await startMembers();
    partner = await scene.service.newPartner();
    await partner.updatePartnerProfile({ name: 'Example Agency' });
  });

  const whole = (email: string) =>
    scene.service.database.read((db) =>
      db.query(sql`select * from persons where email = ${email}`),
    );
  const known = async () => {
    const { email } = await scene.service.newPerson(await scene.service.newPartner());
    await scene.service.database.write((db) =>
      db.query(
        sql`update persons set email_proved_at = now(), name = 'Noa Own' where email = ${email}`,
      ),
    );
    return email;
  };

  test('is mailed to somebody new, who sets a password and is signed in', async () => {
    const email = newEmail();
    const { status, reason, ...invited } = (await scene.invite(partner, email, 'viewer')) as Record<
      string,
      unknown
    > & { person_id: string };
    assert.deepEqual([status, reason], ['OK', 1]);
    assert.deepEqual(invited, {
      ...{ person_id: invited.person_id, create_time: invited.create_time },
      ...{ email, name: 'Noa Levi', role: 'viewer', state: 'waiting', not_delivered: null },
      ...{ last_sign_in_time: null, has_second_factor: false },
    });
    const token = await scene.mailed(email);
    const shown = await scene.look(token);
    assert.deepEqual(shown.body, {
      ...{ email, name: 'Noa Levi', account_name: null, partner_name: 'Example Agency' },
      ...{ role: 'viewer', sets_password: true, memberships: [] },
    });
    assertFailure(await scene.look(token, server), 'link_over');
    assertFailure(await scene.accept(token, { password: CHOSEN }, server), 'link_over');
    assertFailure(await scene.accept(token), 'request_invalid');
    const visitor = scene.at();
    const accepted = await visitor.post('/api/invitation/accept', {
      ...{ token, password: CHOSEN, name: 'Noa L.' },
    });
    assert.deepEqual(accepted.body, {
      ...{ email, account_id: null, partner: partner.partner, signed_in: true },
    });
    assert.ok(await scene.isSignedIn(visitor));
    const member = await scene.find(partner, invited.person_id);
    assert.deepEqual([member?.state, member?.name], ['open', 'Noa L.']);
    assert.ok((member?.last_sign_in_time ?? 0) >= (member?.create_time ?? 1));
    assertFailure(await scene.accept(token, { password: CHOSEN }), 'link_over');
  });

  test('waits for somebody who exists, is answered alike, and changes nothing of theirs', async () => {
    const email = await known();
    const before = await whole(email);
    const invited = await scene.invite(partner, email.toUpperCase());
    const fresh = await scene.invite(partner, newEmail());
    const { person_id, email: named, create_time, ...shown } = invited;
    assert.equal(named, email);
    assert.ok(person_id && create_time);
    assert.deepEqual(
      shown,
      Object.fromEntries(Object.keys(shown).map((key) => [key, fresh[key as keyof typeof fresh]])),
    );
    assert.deepEqual(await whole(email), before);
    assertFailure(await scene.at().signIn(email), 'not_a_member');
    const token = await scene.mailed(email);
    assert.equal((await scene.look(token)).body.sets_password, false);
    const accepted = await scene.accept(token);
    assert.deepEqual([accepted.http, accepted.body.signed_in], [200, false]);
    assert.deepEqual(await whole(email), before);
    assert.equal((await scene.at().signIn(email)).http, 200);
    assert.equal((await scene.find(partner, person_id))?.name, 'Noa Own');
  });

  test('waits also for an agent of the same partner', async () => {
    const { email } = await scene.service.newPerson(partner);
    const { state } = await scene.invite(partner, email);
    assert.equal(state, 'waiting');
    assertFailure(await scene.at().signIn(email), 'not_a_member');
  });

  test('gives nothing to whoever planted a password: accepting drops it', async () => {
    const planter = await scene.service.newPartner();
    const victim = newEmail();
    const bait = await scene.service.newAccount(planter, {
      ...{ admin_email: victim, admin_password: PLANTED },
    });
    const eve = scene.at(server);
    assert.equal((await eve.signIn(victim, PLANTED)).http, 200);
    const { person_id } = await scene.invite(partner, victim, 'administrator');
    assertFailure(await scene.at().signIn(victim, PLANTED), 'not_a_member');
    const token = await scene.mailed(victim);
    const shown = await scene.look(token);
    assert.equal(shown.body.sets_password, true);
    assert.deepEqual(
      (shown.body.memberships as { id: string }[]).map(({ id }) => id),
      [`account:${server}/${bait}`],
    );
    const accepted = await scene.accept(token, { password: CHOSEN, memberships: [] });
    assert.equal(accepted.http, 200);
    assertFailure(await eve.get('/api/workspace'), 'no_session');
    for (const site of [null, server])
      assertFailure(await scene.at(site).signIn(victim, PLANTED), 'wrong_credentials');
    assert.equal((await scene.at().signIn(victim, CHOSEN)).http, 200);
    assert.equal((await scene.find(partner, person_id))?.state, 'open');
    const { list } = await planter.getAgents({ accountID: bait });
    assert.equal(list[0]?.state, 'waiting');
  });

  test('can be left waiting by whoever proves the address otherwise', async () => {
    const planter = await scene.service.newPartner();
    const { person_id, email } = await scene.joined(planter);
    // As the quick start does: open without a proof.
    await scene.service.database.write((db) =>
      db.query(sql`update persons set email_proved_at = null where id = ${person_id}`),
    );
    await scene.invite(partner, email);
    const token = await scene.mailed(email);
    const { memberships } = (await scene.look(token)).body;
    assert.deepEqual(memberships, [
      { id: `partner:${planter.partner}`, name: 'A partner', server: null },
    ]);
    assert.equal((await scene.accept(token, { password: CHOSEN, memberships: [] })).http, 200);
    assert.equal((await scene.find(planter, person_id))?.state, 'waiting');
    const { list } = await planter.getEvents({ type: 'member.declined' });
    assert.deepEqual(
      list.map(({ subject }) => subject),
      [person_id],
    );
  });

  test('is refused to somebody who is there already, and mailed again on request', async () => {
    const email = newEmail();
    const { person_id } = await scene.invite(partner, email);
    const first = await scene.mailed(email);
    await assert.rejects(scene.invite(partner, email), { reason: 'already_member' });
    // Within a minute of the last letter nothing is sent.
    await partner.inviteMemberAgain({ person_id });
    await scene.service.database.write((db) =>
      db.query(sql`update invitations set created_at = created_at - interval '2 minutes'`),
    );
    await partner.inviteMemberAgain({ person_id });
    const second = await scene.mailed(email);
    assert.notEqual(first, second);
    while ((await scene.look(first)).http === 200);
    assertFailure(await scene.look(first), 'link_over');
    assert.equal((await scene.accept(second, { password: CHOSEN })).http, 200);
    // Nothing is owed to somebody who has joined.
    const again = await partner.inviteMemberAgain({ person_id });
    assert.equal(again.state, 'open');
    const [row] = await scene.service.database.read((db) =>
      db.query<{ due: boolean }>(sql`
        select mail_due_at is not null as due from members where person_id = ${person_id}`),
    );
    assert.equal(row?.due, false);
  });

  test('is mailed again to whoever asks for their own in the profile', async () => {
    const email = await known();
    await scene.invite(partner, email);
    const first = await scene.mailed(email);
    await scene.service.database.write((db) =>
      db.query(sql`update invitations set created_at = created_at - interval '2 minutes'`),
    );
    const visitor = scene.at(server);
    await visitor.signIn(email);
    assert.equal((await visitor.post('/api/profile/invitations')).http, 200);
    assert.notEqual(await scene.mailed(email), first);
  });

  test('refuses addresses, names and roles that are none, and makes nobody', async () => {
    const right = { email: newEmail(), name: 'Noa', role: 'viewer' } as const;
    const wrong: object[] = [
      ...[
        '',
        'noa',
        'noa@',
        'a b@example.com',
        `${'x'.repeat(50)}@example.com`,
        'ada@foo-.com',
      ].map((email) => ({ email })),
      ...['', ' ', '\u202eevil', 'x'.repeat(51), 'a\nb'].map((name) => ({ name })),
      ...['agent', '', 'Administrator', null].map((role) => ({ role })),
    ];
    for (const change of wrong)
      await assert.rejects(
        partner.inviteMember({ ...right, ...change } as typeof right),
        ({ reason, details }: Refusal) => {
          assert.deepEqual([reason, details.parameter], ['member_invalid', Object.keys(change)[0]]);
          return true;
        },
      );
    assert.deepEqual(await whole(right.email), []);
  });

  test('finds no room beyond 500 people, and leaves nobody behind', async () => {
    const full = await scene.service.newPartner();
    await scene.service.database.write((db) =>
      db.query(sql`
        with people as (
          insert into persons (name, email)
          select 'Noa', ${newEmail()} || '.' || n from generate_series(1, ${MOST_MEMBERS}::integer) n
          returning id)
        insert into members (partner_id, person_id, role, state)
        select ${full.partner}::integer, id, 'viewer', 'waiting' from people`),
    );
    const invitation = { email: newEmail(), name: 'Noa', role: 'viewer' } as const;
    await assert.rejects(full.inviteMember(invitation), { reason: 'members_full' });
    assert.deepEqual(await whole(invitation.email), []);
    const { list } = await full.getMembers();
    assert.equal(list.length, MOST_MEMBERS);
    await full.removeMember({ person_id: list[0]?.person_id ?? '' });
    assert.equal((await full.inviteMember(invitation)).state, 'waiting');
  });

  test('is made once for an Idempotency-Key', async () => {
    const invitation = { email: newEmail(), name: 'Noa', role: 'viewer' } as const;
    const options = { idempotencyKey: 'once' };
    const made = await partner.inviteMember(invitation, options);
    assert.deepEqual(await partner.inviteMember(invitation, options), made);
    await assert.rejects(partner.inviteMember({ ...invitation, role: 'operator' }, options), {
      reason: 'idempotency_key_conflict',
    });
  });
});
