import assert from 'node:assert/strict';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { sweep } from './sweep.ts';
import { startService } from './testing/service.ts';
import { newVisitor } from './testing/visitor.ts';

test('a table that cannot be swept keeps no other from it', async () => {
  const service = await startService();
  const partner = await service.newPartner();
  const { email } = await service.newPerson(partner);
  await newVisitor(service).signIn(email);
  await service.database.write((db) =>
    db.query(sql`update sessions set expires_at = now() - interval '1 second'`),
  );
  // It stands for a table that is too large to be swept in time.
  await service.database.write((db) => db.query(sql`alter table access_tokens rename to away`));
  await assert.rejects(sweep(service.database), ({ errors }: AggregateError) => {
    assert.equal(errors.length, 1);
    return true;
  });
  const left = await service.database.read((db) => db.query(sql`select from sessions`));
  assert.equal(left.length, 0);
});
