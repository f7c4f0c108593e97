import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import pg from 'pg';
import sql, { type Sql } from 'sql-template-tag';
import { startNetworks } from '../../testing/scenes/networks.ts';
import { assertFailure } from '../../testing/visitor.ts';

const { mailbox, service, partner, person, fromNetwork, letters, settled } = await startNetworks();

let networks = 0;
/** A visitor from a network that nobody else is in. */
const fromAnywhere = () => fromNetwork(++networks);

/** Holds rows until the returned function is called. */
async function holding(rows: Sql): Promise<() => Promise<void>> {
  const client = new pg.Client(service.connection);
  await client.connect();
  await client.query('begin');
  await client.query(rows);
  return () => client.end();
}
/** Until somebody waits for a row. */
async function waiting(): Promise<void> {
  for (;;) {
    const waits = await service.database.read((db) =>
      db.query(sql`
        select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`),
    );
    if (waits.length > 0) return;
  }
}

describe('letters that strangers have mailed to somebody from many networks', () => {
  test('five letters for a new password an hour, each link good until one is used', async () => {
    const email = await person();
    const answers = await Promise.all(
      Array.from({ length: 60 }, () =>
        fromAnywhere().post('/api/auth/request-password-reset', { email }),
      ),
    );
    assert.equal(new Set(answers.map(({ http, text }) => `${http} ${text}`)).size, 1);
    await settled();
    assert.equal(letters(email, /password/), 5);
    const tokens: string[] = [];
    for (let n = 0; n < 5; n++)
      tokens.push(/token=(\S+)$/m.exec((await mailbox.next(email)).text)?.[1] ?? '');
    const owner = fromAnywhere();
    const reset = (token: string | undefined) =>
      owner.post('/api/auth/reset-password', { token, newPassword: 'Better-Horse2' });
    assert.equal((await reset(tokens[0])).http, 200);
    assertFailure(await reset(tokens[1]), 'link_over');
    // A new generation has letters of its own again.
    await owner.post('/api/auth/request-password-reset', { email });
    await settled();
    assert.equal(letters(email, /Choose a new password/), 6);
  });

  test('codes asked for in a burst while somebody holds the person: everybody else is served', async () => {
    const email = await person();
    const visitor = fromAnywhere();
    await visitor.signIn(email);
    const account_id = await service.newAccount(partner);
    const release = await holding(sql`select from persons where email = ${email} for update`);
    const asked = Promise.all(
      Array.from({ length: 120 }, () => visitor.post('/api/auth/two-factor/send-otp')),
    );
    for (let n = 0; n < 20; n++)
      await partner.updateAccount({ account_id, server: 'online', account_name: `Name ${n}` });
    await release();
    for (const { http, text } of await asked) assert.ok([200, 429, 503].includes(http), text);
  });

  test('a code is mailed for no sign-in that was finished while it was asked for', async () => {
    const codes = `codes-${++networks}@example.com`;
    const email = await person({ admin_2fa: 1, admin_2fa_value: codes });
    const visitor = fromAnywhere();
    await visitor.signIn(email);
    const ofPerson = sql`person_id = (select id from persons where email = ${email})`;
    const release = await holding(sql`select from persons where email = ${email} for update`);
    const asked = visitor.post('/api/auth/two-factor/send-otp');
    await waiting();
    await service.database.write((db) => db.query(sql`delete from challenges where ${ofPerson}`));
    await release();
    assertFailure(await asked, 'challenge_expired');
    await settled();
    assert.equal(letters(codes, /code/), 0);
  });

  test('a mailed code that a new letter replaced while it was judged opens nothing', async () => {
    const codes = `codes-${++networks}@example.com`;
    const email = await person({ admin_2fa: 1, admin_2fa_value: codes });
    const visitor = fromAnywhere();
    await visitor.signIn(email);
    await visitor.post('/api/auth/two-factor/send-otp');
    const code = /^\d{6}$/m.exec((await mailbox.next(codes)).text)?.[0];
    const release = await holding(sql`select from persons where email = ${email} for update`);
    const judged = visitor.post('/api/auth/two-factor/verify-otp', { code });
    await waiting();
    await service.database.write((db) =>
      db.query(sql`
        update challenges set code_hmac = '\\x00'
        where person_id = (select id from persons where email = ${email})`),
    );
    await release();
    assertFailure(await judged, 'code_expired');
    assert.equal((await visitor.get('/api/auth/get-session')).text, 'null');
  });

  test('five letters an hour about sign-ins from new browsers, however many there are', async () => {
    const email = await person();
    for (let n = 0; n < 9; n++) assert.equal((await fromAnywhere().signIn(email)).http, 200);
    await settled();
    assert.equal(letters(email, /sign/i), 5);
  });
});
