import assert from 'node:assert/strict';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { startScene } from '../../testing/thieves/scene.ts';
import { newPlaces, newTarget } from '../../testing/thieves/target.ts';
import { assertFailure, newVisitor } from '../../testing/visitor.ts';

test('an acceptance that sets a password voids the links for another, whoever proved the address', async () => {
  const scene = await startScene();
  const places = await newPlaces(scene);
  for (const proved of [false, true]) {
    const target = await scene.database.write(async (db) => {
      const target = await newTarget(db, scene, places, { proved, app: 'waits' });
      await db.query(sql`update persons set password_hash = null where id = ${target.personId}`);
      return target;
    });
    const visitor = newVisitor(scene.first);
    const acceptance = { token: target.invitation, password: 'Chosen-Horse2' };
    assert.equal((await visitor.post('/api/invitation/accept', acceptance)).http, 200);
    const reset = { token: target.reset, newPassword: 'Another-Horse3' };
    assertFailure(await visitor.post('/api/auth/reset-password', reset), 'link_over');
  }
});

test('an acceptance that sets a password signs in, once the second factor of a proved person is given', async () => {
  const scene = await startScene();
  const places = await newPlaces(scene);
  const target = await scene.database.write(async (db) => {
    const target = await newTarget(db, scene, places, { proved: true, app: 'on' });
    await db.query(sql`update persons set password_hash = null where id = ${target.personId}`);
    return target;
  });
  const visitor = newVisitor(scene.first);
  const acceptance = { token: target.invitation, password: 'Chosen-Horse2' };
  const { body } = await visitor.post('/api/invitation/accept', acceptance);
  assert.deepEqual(
    [body.signed_in, body.second_factor, body.account_id],
    [false, ['totp', 'otp'], places.home],
  );
  assertFailure(await visitor.get('/api/workspace'), 'no_session');
  const verify = '/api/auth/two-factor/verify-backup-code';
  assertFailure(await visitor.post(verify, { code: 'aaaaa-aaaaa' }), 'wrong_code');
  assert.equal((await visitor.post(verify, { code: target.backupCodes[0] })).http, 200);
  assert.equal((await visitor.get(`/api/workspace/${places.home}`)).http, 200);
});

test('an acceptance that crosses a cut signs nobody in', async () => {
  const scene = await startScene();
  const places = await newPlaces(scene);
  const target = await scene.database.write((db) =>
    newTarget(db, scene, places, { proved: false, app: 'waits' }),
  );
  const visitor = newVisitor(scene.first);
  // Both of the person's accounts are switched off and on while the acceptance waits for them.
  const { answer } = await scene.database.write(async (db) => {
    await db.query(sql`select from accounts for no key update`);
    const body = { token: target.invitation, password: 'Chosen-Horse2' };
    const accepting = visitor.post('/api/invitation/accept', body);
    for (let waits = 0; waits === 0; ) {
      await db.query(sql`select pg_stat_clear_snapshot()`);
      const [row] = await db.query<{ waits: number }>(sql`
        select count(*) as waits from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`);
      waits = row?.waits ?? 0;
    }
    await db.query(sql`update accounts set entry_number = nextval('entry_numbers')`);
    // Not the promise itself, which would be waited for in here.
    return { answer: accepting };
  });
  assert.equal((await answer).body.signed_in, false);
  assertFailure(await visitor.get('/api/workspace'), 'no_session');
});
