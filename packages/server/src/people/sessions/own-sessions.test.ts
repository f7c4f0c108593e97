import assert from 'node:assert/strict';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { sharedService } from '../../testing/service.ts';
import { newVisitor } from '../../testing/visitor.ts';

test('two browsers that end each other at the same time never wait for one another', async () => {
  const service = await sharedService();
  const partner = await service.newPartner();
  const { email } = await service.newPerson(partner);
  const idOf = async (visitor: ReturnType<typeof newVisitor>) =>
    ((await visitor.get('/api/auth/get-session')).body.session as { id: string }).id;

  for (let round = 0; round < 25; round += 1) {
    const [one, other] = [newVisitor(service), newVisitor(service)];
    await Promise.all([one.signIn(email), other.signIn(email)]);
    const [mine, theirs] = await Promise.all([idOf(one), idOf(other)]);
    const answers = await Promise.all([
      one.post('/api/auth/revoke-session', { token: theirs }),
      other.post('/api/auth/revoke-session', { token: mine }),
    ]);
    assert.deepEqual(answers.map(({ http }) => http).sort(), [200, 401]);
  }
  const [row] = await service.database.read((db) =>
    db.query<{ deadlocks: number }>(sql`
      select deadlocks from pg_stat_database where datname = current_database()`),
  );
  assert.equal(row?.deadlocks, 0);
});
