import assert from 'node:assert/strict';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { startScene } from '../testing/thieves/scene.ts';
import { newPlaces, newTarget } from '../testing/thieves/target.ts';
import { assertFailure, newVisitor } from '../testing/visitor.ts';

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
