import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createPartnerClient } from '@switchboard/sdk';
import sql, { type Sql } from 'sql-template-tag';
import { startGate } from '../testing/scenes/gate.ts';
import { accountRequest } from '../testing/service.ts';
import { assertFailure, newVisitor } from '../testing/visitor.ts';

const { service, partner, server, set, signedIn, inside, states, assertAll, row } =
  await startGate();

describe('the gate', () => {
  test('refuses a session from before a cut everywhere, while the account is off and on again', async () => {
    const { email, id, visitor } = await inside();
    const other = await service.newAccount(partner, { admin_email: email });
    const goesOn = async () => {
      assert.equal((await visitor.get(`/api/workspace/${other}`)).http, 200);
      const heard = await visitor.patch(`/api/workspace/${other}/settings`, { language: 'he' });
      assert.equal(heard.http, 200);
    };
    const untouched = await row(id);
    assert.deepEqual(await states(visitor), { [id]: 'open', [other]: 'open' });

    await set(id, 0);
    await assertAll(visitor, id, 'account_disabled');
    assert.deepEqual(await states(visitor), { [id]: 'disabled', [other]: 'open' });
    await goesOn();

    await set(id, 1);
    await assertAll(visitor, id, 'sign_in_again');
    assert.deepEqual(await states(visitor), { [id]: 'sign_in_again', [other]: 'open' });
    await goesOn();
    assert.deepEqual(await row(id), untouched);

    const fresh = await signedIn(email);
    assert.equal((await fresh.get(`/api/workspace/${id}`)).http, 200);
    assert.deepEqual(await states(fresh), { [id]: 'open', [other]: 'open' });
    await assertAll(visitor, id, 'sign_in_again');
    await goesOn();
  });

  test('keeps out a session that was made while the account was off', async () => {
    const { email, id } = await inside();
    const other = await service.newAccount(partner, { admin_email: email });
    await set(id, 0);
    const meanwhile = await signedIn(email);
    await set(id, 1);
    await assertAll(meanwhile, id, 'sign_in_again');
    assert.deepEqual(await states(meanwhile), { [id]: 'sign_in_again', [other]: 'open' });
  });

  test('says of an account that is off its name and whom to ask, and nothing else of it', async () => {
    await service.database.write((db) =>
      db.query(sql`
        update partners set support_name = 'Help', support_url = 'https://help.example',
          support_email = 'help@example.com'
        where partner_id = ${partner.partner}`),
    );
    const { id, visitor } = await inside({ account_name: 'Bakery' });
    await partner.updateAccount({
      ...{ account_id: id, server, account_status: 0 },
      status_reason: 'Invoice unpaid',
    });
    const { body } = await visitor.get(`/api/workspace/${id}`);
    const { code, message: _, ...details } = body.error as Record<string, unknown>;
    assert.equal(code, 'account_disabled');
    assert.deepEqual(details, {
      account_name: 'Bakery',
      support: { name: 'Help', url: 'https://help.example', email: 'help@example.com' },
    });
  });

  test('knows no deleted account, and wants a new sign-in once it is restored', async () => {
    const { email, id, visitor } = await inside();
    await service.newAccount(partner, { admin_email: email });
    await partner.deleteAccount({ accountID: id, server });
    await assertAll(visitor, id, 'not_found');
    assert.equal(id in (await states(visitor)), false);
    const meanwhile = await signedIn(email);
    await service.operator.restoreAccount({ account_id: id, server });
    for (const old of [visitor, meanwhile]) {
      await assertAll(old, id, 'sign_in_again');
      assert.equal((await states(old))[id], 'sign_in_again');
    }
    assert.equal((await (await signedIn(email)).get(`/api/workspace/${id}`)).http, 200);
  });

  test('does not let in an agent who waits', async () => {
    const { email, id, visitor } = await inside();
    const other = await service.newPartner();
    const waiting = await service.newAccount(other, { admin_email: email });
    for (const session of [visitor, await signedIn(email)]) {
      await assertAll(session, waiting, 'not_found');
      assert.deepEqual(await states(session), { [id]: 'open' });
    }
    await other.updateAccount({ account_id: waiting, server, account_status: 0 });
    await assertAll(visitor, waiting, 'not_found');
  });

  test("answers for somebody else's account as for one that does not exist, on or off", async () => {
    const { visitor } = await inside();
    const theirs = await service.newAccount(await service.newPartner());
    const colleagues = await service.newAccount(partner);
    for (const id of [theirs, colleagues, 9_999_999]) await assertAll(visitor, id, 'not_found');
    await set(colleagues, 0);
    await assertAll(visitor, colleagues, 'not_found');
    const said = [theirs, colleagues, 9_999_999].map(async (id) => {
      const { body } = await visitor.get(`/api/workspace/${id}`);
      return { ...body, request_id: '' };
    });
    const [first, ...more] = await Promise.all(said);
    for (const answer of more) assert.deepEqual(answer, first);
  });

  test('does not take an account of the same number on another server for this one', async () => {
    const { id, visitor } = await inside();
    const elsewhere = await service.newAccount(partner);
    await service.database.write((db) =>
      db.query(sql`update servers set next_account_id = ${elsewhere} where name = 'second'`),
    );
    const email = accountRequest().admin_email;
    const second = { server: 'second', admin_email: email };
    assert.equal(await service.newAccount(partner, second), elsewhere);
    const there = await signedIn(email, 'second');
    assert.equal((await there.get(`/api/workspace/${elsewhere}`)).http, 200);
    await assertAll(visitor, elsewhere, 'not_found');
    // A session is of the server where it was made.
    const carried = newVisitor(service);
    for (const [name, value] of there.cookies) carried.cookies.set(name, value);
    await assertAll(carried, elsewhere, 'no_session');
    await assertAll(carried, id, 'no_session');
    assertFailure(await carried.get('/api/workspace'), 'no_session');
  });

  const run = (statement: Sql) => service.database.write((db) => db.query(statement));

  /** Somebody inside by a login link; each part of the gate's question is then changed by itself. */
  async function byLink() {
    const { email, id } = await inside();
    const made = await service.operator.createCredential({ partner: partner.partner });
    const client = createPartnerClient({
      baseUrl: service.baseUrl,
      clientId: made.client_id,
      clientSecret: made.client_secret,
      retries: 0,
    });
    const { login } = await client.loginAgent({ accountID: id, agentID: 1, server });
    const visitor = newVisitor(service);
    assert.equal((await visitor.post(new URL(login).pathname as `/${string}`)).http, 303);
    assert.equal((await visitor.get(`/api/workspace/${id}`)).http, 200);
    return { email, id, visitor, clientId: made.client_id };
  }

  test('keeps out a session whose time is over, and one that is no more', async () => {
    const { email, id, visitor } = await inside();
    const ofPerson = sql`person_id = (select id from persons where email = ${email})`;
    await run(sql`update sessions set expires_at = now() where ${ofPerson}`);
    await assertAll(visitor, id, 'no_session');
    const again = await signedIn(email);
    await run(sql`delete from sessions where ${ofPerson}`);
    await assertAll(again, id, 'no_session');
  });

  test('keeps out the session of a link whose credential is revoked, by its key alone', async () => {
    const { email, id, visitor, clientId } = await byLink();
    const own = await signedIn(email);
    // The rows stay, as those that a revocation did not see would.
    await run(sql`update credentials set revoked_at = now() where client_id = ${clientId}`);
    await assertAll(visitor, id, 'no_session');
    assertFailure(await visitor.get('/api/workspace'), 'no_session');
    assert.equal((await visitor.get('/api/auth/get-session')).text, 'null');
    assert.equal((await own.get(`/api/workspace/${id}`)).http, 200);
  });

  test('keeps out the session of a link whose partner is suspended, and was meanwhile', async () => {
    const { email, id, visitor } = await byLink();
    const own = await signedIn(email);
    const isPartner = sql`partner_id = ${partner.partner}`;
    await run(sql`update partners set suspended_at = now() where ${isPartner}`);
    await assertAll(visitor, id, 'no_session');
    assertFailure(await visitor.get('/api/workspace'), 'no_session');
    assert.equal((await own.get(`/api/workspace/${id}`)).http, 200);
    await run(sql`update partners set suspended_at = null where ${isPartner}`);
    assert.equal((await visitor.get(`/api/workspace/${id}`)).http, 200);
    await run(sql`update partners set entry_number = nextval('entry_numbers') where ${isPartner}`);
    await assertAll(visitor, id, 'no_session');
    assertFailure(await visitor.get('/api/workspace'), 'no_session');
    assert.equal((await own.get(`/api/workspace/${id}`)).http, 200);
  });

  test('knows the session of a link in its account only, and as that agent only', async () => {
    const { email, id, visitor } = await byLink();
    const other = await service.newAccount(partner, { admin_email: email });
    await assertAll(visitor, other, 'not_found');
    const own = await signedIn(email);
    // Removed and named anew, the same person is another agent.
    await run(sql`delete from login_links where server = ${server} and account_id = ${id}`);
    await run(sql`
      update agents set agent_id = 2 where server = ${server} and account_id = ${id}`);
    await assertAll(visitor, id, 'no_session');
    assert.equal((await own.get(`/api/workspace/${id}`)).http, 200);
  });

  test('keeps out the session of a link from before a cut', async () => {
    const { id, visitor } = await byLink();
    await set(id, 0);
    await assertAll(visitor, id, 'account_disabled');
    await set(id, 1);
    await assertAll(visitor, id, 'sign_in_again');
  });
});
