import assert from 'node:assert/strict';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { startService } from '../../testing/service.ts';
import { newVisitor } from '../../testing/visitor.ts';

test('whoever asks for links in plenty does not learn from their own letters who exists', async () => {
  const service = await startService({ environment: { TRUST_PROXY: 'loopback' } });
  const partner = await service.newPartner();
  const newPerson = async () => (await service.newPerson(partner)).email;
  const linksOf = (email: string) =>
    service.database.read((db) =>
      db.query(sql`
        select from password_resets r join persons p on p.id = r.person_id
        where p.email = ${email}`),
    );

  for (const [address, victim] of [
    ['203.0.113.1', await newPerson()],
    ['203.0.113.2', 'nobody@example.com'],
  ] as const) {
    const own = await newPerson();
    const headers = { 'x-forwarded-for': address };
    const ask = (email: string) =>
      newVisitor(service).post('/api/auth/request-password-reset', { email }, { headers });
    const asked = await Promise.all(Array.from({ length: 100 }, () => ask(victim)));
    assert.ok(
      asked.every(({ http }) => http === 200),
      asked.map(({ http }) => http).join(),
    );
    const { http } = await ask(own);
    assert.equal(http, 200);
    assert.equal((await linksOf(own)).length, 0, victim);
  }
});
