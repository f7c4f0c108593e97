import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { startNetworks } from '../../testing/scenes/networks.ts';
import { assertFailure } from '../../testing/visitor.ts';

const password = 'Correct-Horse1';
const { service, person, fromNetwork, letters, settled } = await startNetworks();

let networks = 0;
/** A visitor from a network that nobody else is in. */
const fromAnywhere = () => fromNetwork(++networks);

describe('what strangers may do to somebody from many networks', () => {
  test('a hundred wrong passwords an hour; the own browser is not kept out by them', async () => {
    const email = await person();
    const own = fromAnywhere();
    assert.equal((await own.signIn(email)).http, 200);
    await own.post('/api/auth/sign-out');
    const strangers = Array.from({ length: 13 }, fromAnywhere);
    const heard = await Promise.all(
      strangers.flatMap((stranger) =>
        Array.from({ length: 9 }, () => stranger.signIn(email, 'Wrong-Horse1')),
      ),
    );
    assert.equal(heard.filter(({ http }) => http === 401).length, 100);
    assert.equal(heard.filter(({ http }) => http === 429).length, 17);
    const late = await fromAnywhere().signIn(email);
    assertFailure(late, 'too_many_failures');
    assert.ok(Number(late.headers['retry-after']) > 3000);
    assert.equal((await own.signIn(email)).http, 200, 'strangers locked the own browser out');
  });

  test('a hundred wrong passwords an hour with a cookie of the own browser, however often it is renewed', async () => {
    const email = await person();
    const own = fromAnywhere();
    await own.signIn(email);
    const judged: number[] = [];
    for (let round = 0; round < 13; round++) {
      const at = fromAnywhere();
      for (const [name, value] of own.cookies) at.cookies.set(name, value);
      const body = { currentPassword: 'Wrong-Horse1', newPassword: 'Better-Horse2' };
      const heard = await Promise.all(
        Array.from({ length: 9 }, () => at.post('/api/auth/change-password', body)),
      );
      judged.push(heard.filter(({ http }) => http === 400).length);
      if (round % 4 === 0) await own.delete('/api/profile/devices');
    }
    assert.equal(
      judged.reduce((sum, count) => sum + count, 0),
      100,
    );
  });

  test('ten guesses of a code in ten minutes, and ten letters with one an hour', async () => {
    const codes = `codes-${++networks}@example.com`;
    const email = await person({ admin_2fa: 1, admin_2fa_value: codes });
    const strangers = Array.from({ length: 30 }, fromAnywhere);
    for (const stranger of strangers) assert.equal((await stranger.signIn(email)).http, 200);
    const asked = await Promise.all(
      strangers.flatMap((stranger) => [
        stranger.post('/api/auth/two-factor/send-otp'),
        stranger.post('/api/auth/two-factor/send-otp'),
      ]),
    );
    assert.equal(asked.filter(({ http }) => http === 200).length, 10);
    assert.equal(asked.filter(({ http }) => http === 429).length, 50);
    const guessed = await Promise.all(
      strangers.map((stranger) =>
        stranger.post('/api/auth/two-factor/verify-backup-code', { code: 'aaaaa-aaaaa' }),
      ),
    );
    // None of them has an app: such a code cannot be right and costs no try.
    assert.deepEqual([...new Set(guessed.map(({ http }) => http))], [409]);
    const wrong = await Promise.all(
      strangers.flatMap((stranger) =>
        Array.from({ length: 4 }, () =>
          stranger.post('/api/auth/two-factor/verify-otp', { code: '000000' }),
        ),
      ),
    );
    const judged = wrong.filter(({ http }) => http === 401 || http === 200);
    assert.ok(judged.length <= 10, `${judged.length} codes were judged`);
    await settled();
    assert.ok(letters(codes, /verification code/) <= 10);
  });

  test('no more than a hundred requests for letters from a network, answered like any other', async () => {
    const visitor = fromAnywhere();
    const names = Array.from({ length: 120 }, (_, n) => `nobody-${n}@example.com`);
    await Promise.all(
      names.map((email) => visitor.post('/api/auth/request-password-reset', { email })),
    );
    const email = await person();
    const heard = await visitor.post('/api/auth/request-password-reset', { email });
    assert.equal(heard.http, 200);
    await settled();
    assert.equal(letters(email, /password/), 0);
    const [rows] = await service.database.read((db) =>
      db.query<{ kept: number }>(sql`select max(cardinality(failed_at)) as kept from attempts`),
    );
    assert.ok(Number(rows?.kept) <= 1000);
  });

  test('ten changes of their own way in an hour, by whoever has the password and a session', async () => {
    const email = await person();
    const visitor = fromAnywhere();
    await visitor.signIn(email);
    const disable = () => visitor.post('/api/auth/two-factor/disable', { password });
    for (let n = 0; n < 10; n++) assert.equal((await disable()).http, 200);
    const heard = await disable();
    assertFailure(heard, 'too_many_writes');
    assert.ok(Number(heard.headers['retry-after']) > 0);
    assert.notEqual((await visitor.get('/api/auth/get-session')).text, 'null');
  });

  test('no cookie of a device opens anything, and none is good after a new password', async () => {
    const email = await person();
    const own = fromAnywhere();
    await own.signIn(email);
    const device = own.cookies.get('switchboard.device') ?? '';
    const thief = fromAnywhere();
    thief.cookies.set('switchboard.device', device);
    assert.equal((await thief.get('/api/auth/get-session')).text, 'null');
    assertFailure(await thief.get('/api/workspace'), 'no_session');
    const body = { currentPassword: password, newPassword: 'Better-Horse2' };
    assert.equal((await own.post('/api/auth/change-password', body)).http, 200);
    assert.notEqual(own.cookies.get('switchboard.device'), device);
    const [rows] = await service.database.read((db) =>
      db.query<{ devices: number }>(sql`
        select count(*) as devices from device_cookies d
        join persons p on p.id = d.person_id where p.email = ${email}`),
    );
    assert.equal(rows?.devices, 1);
  });
});
