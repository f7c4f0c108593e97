import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { startMailbox } from '../testing/mail/mail.ts';
import { startHeldMailbox } from '../testing/mail/mail-held.ts';
import { manySeats, NOWHERE, owe } from '../testing/scenes/owed-mail.ts';
import { startService } from '../testing/service.ts';
import { claim } from './claim.ts';

const server = 'online';

describe('mail that is owed for partners', () => {
  test('is not held up by the slow letters of another partner', async () => {
    const held = await startHeldMailbox((to) => !to.startsWith('slow'));
    const service = await startService({ environment: { SMTP_URL: held.url } });
    const [a, b] = [await service.newPartner(), await service.newPartner()];
    await owe(service, await service.newAccount(a, manySeats), 60, 'slow');
    await held.arrived('slow');
    await owe(service, await service.newAccount(b, manySeats), 1, 'other');
    await held.arrived('other-1@example.com');
    held.release();
  });

  test('is not held up by one slow letter of the same partner', async () => {
    const held = await startHeldMailbox((to) => !to.startsWith('slow'));
    const service = await startService({ environment: { SMTP_URL: held.url } });
    const account = await service.newAccount(await service.newPartner(), manySeats);
    await owe(service, account, 1, 'slow');
    await held.arrived('slow');
    await owe(service, account, 30, 'quick');
    for (let n = 1; n <= 30; n++) await held.arrived(`quick-${n}@example.com`);
    held.release();
  });

  test('is claimed for partners in turns, and not beyond the share of one', async () => {
    const service = await startService({ environment: NOWHERE });
    const partners = [await service.newPartner(), await service.newPartner()];
    const accounts: number[] = [];
    for (const partner of partners) accounts.push(await service.newAccount(partner, manySeats));
    const [a, b] = partners.map(({ partner }) => partner);
    await service.app.http.close();
    await owe(service, accounts[0]!, 30, 'a');
    await owe(service, accounts[1]!, 3, 'b');
    const taken = async (letters: number, each: number, underWay: [number, number][]) => {
      const room = { letters, each, underWay: new Map(underWay) };
      const { owed } = await claim(service.database, room);
      return [a, b].map((wanted) => owed.filter(({ partner_id }) => partner_id === wanted).length);
    };
    assert.deepEqual(await taken(4, 10, []), [2, 2]);
    assert.deepEqual(await taken(20, 10, [[a!, 6]]), [4, 1]);
    assert.deepEqual(await taken(20, 10, [[a!, 10]]), [0, 0]);
    assert.deepEqual(await taken(20, 10, []), [10, 0]);
  });
});

describe('the budget', () => {
  test('of an account is a hundred an hour, however many nodes claim at once', async () => {
    const service = await startService({ environment: NOWHERE });
    const account = await service.newAccount(await service.newPartner(), manySeats);
    const other = await startService({ environment: NOWHERE, beside: service });
    await Promise.all([service.app.http.close(), other.app.http.close()]);
    await owe(service, account, 150, 'many');
    const room = { letters: 8, each: 200, underWay: new Map<number, number>() };
    let claimed = 0;
    for (let n = 0; n < 15; n++) {
      const nodes = [service, other, service, other].map(({ database }) => claim(database, room));
      for (const { owed } of await Promise.all(nodes)) claimed += owed.length;
    }
    assert.equal(claimed, 100);
    const later = await service.database.read((db) =>
      db.query(sql`select from agents where mail_due_at > now() + interval '50 minutes'`),
    );
    assert.equal(later.length, 50);
  });

  test('of a receiver is three an hour, however many nodes claim at once', async () => {
    const service = await startService({ environment: NOWHERE });
    const partner = await service.newPartner();
    const accounts: number[] = [];
    for (let n = 0; n < 12; n++) accounts.push(await service.newAccount(partner, manySeats));
    const other = await startService({ environment: NOWHERE, beside: service });
    await Promise.all([service.app.http.close(), other.app.http.close()]);
    await service.database.write((db) =>
      db.query(sql`
        with made as (
          insert into persons (name, email) values ('Noa', 'noa@example.com') returning id
        )
        insert into agents (server, account_id, agent_id, person_id, role, state, agent_name,
          display_name, mail_due_at)
        select ${server}, account_id, 100, id, 'agent', 'waiting', 'Noa', 'Noa', now()
        from made, unnest(${accounts}::integer[]) account_id`),
    );
    const room = { letters: 8, each: 200, underWay: new Map<number, number>() };
    let claimed = 0;
    for (let n = 0; n < 12; n++) {
      const nodes = [service, other, service, other].map(({ database }) => claim(database, room));
      for (const { owed } of await Promise.all(nodes)) claimed += owed.length;
    }
    assert.equal(claimed, 3);
  });

  test('is not used up by a mail server that takes nothing', async () => {
    const refusing = await startService({ environment: NOWHERE });
    const account = await refusing.newAccount(await refusing.newPartner(), manySeats);
    await owe(refusing, account, 1, 'unlucky');
    const isCounted = async () => {
      const rows = await refusing.database.read((db) =>
        db.query<{ counted: boolean; leased: boolean }>(sql`
          select exists (select from mail_sent) as counted,
            exists (select from agents where mail_due_at > now()) as leased`),
      );
      return rows[0]?.counted || !rows[0]?.leased;
    };
    for (let n = 0; n < 4; n++) {
      await refusing.database.write((db) =>
        db.query(sql`update agents set mail_due_at = now() where mail_due_at is not null`),
      );
      while (await isCounted());
    }
    await refusing.app.http.close();
    const mailbox = await startMailbox();
    await refusing.database.write((db) =>
      db.query(sql`update agents set mail_due_at = now() where mail_due_at is not null`),
    );
    await startService({ environment: { SMTP_URL: mailbox.url }, beside: refusing });
    await mailbox.next('unlucky-1@example.com');
  });
});
