import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { before, describe, test } from 'node:test';
import type { AgentList } from '@switchboard/contract';
import { SMTPServer } from 'smtp-server';
import sql from 'sql-template-tag';
import { sweep } from '../sweep.ts';
import { accountRequest, startService, type TestPartner, type TestService } from '../testing.ts';
import { atEnd } from '../testing-ends.ts';
import { type Mailbox, startMailbox } from '../testing-mail.ts';
import { startHeldMailbox } from '../testing-mail-held.ts';
import { newVisitor } from '../testing-visitor.ts';
import { claim } from './owed-mail.ts';

const NOWHERE = { SMTP_URL: 'smtp://127.0.0.1:1' };
const server = 'online';

/** So many new people wait in that account; their addresses begin with `mark`. */
async function owe(service: TestService, account_id: number, count: number, mark: string) {
  await service.database.write((db) =>
    db.query(sql`
      with made as (
        insert into persons (name, email)
        select 'Noa', ${mark} || '-' || n || '@example.com' from generate_series(1, ${count}::int) n
        returning id
      )
      insert into agents (server, account_id, agent_id, person_id, role, state, agent_name,
        display_name, mail_due_at)
      select ${server}, ${account_id}, row_number() over () + (
          select max(agent_id) from agents
          where server = ${server} and account_id = ${account_id}),
        id, 'agent', 'waiting', 'Noa', 'Noa', now()
      from made`),
  );
}

const manySeats = { agents: 999 };

/** As if what was sent, and what waits, were so much older. */
const pass = ({ database }: TestService, hours: number) =>
  database.write(async (db) => {
    await db.query(sql`
      update mail_sent set sent_at = sent_at - ${hours} * interval '1 hour'`);
    await db.query(sql`
      update agents set mail_due_at = mail_due_at - ${hours} * interval '1 hour'`);
  });

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

describe('one receiver', () => {
  let mailbox: Mailbox;
  before(async () => {
    mailbox = await startMailbox();
  });
  const lettersTo = (email: string) => mailbox.all().filter(({ to }) => to === email).length;

  /** An account whose administrator is inside; `again` invites that stranger once more. */
  async function inside(service: TestService, partner: TestPartner) {
    const request = { ...accountRequest(), ...manySeats };
    const { account_id } = await partner.createAccount(request);
    const visitor = newVisitor(service);
    await visitor.signIn(request.admin_email);
    const at = `/api/workspace/${account_id}/agents` as const;
    const invite = async (email: string) => {
      const heard = await visitor.post(at, { email, name: 'Buy now', role: 'agent' });
      assert.equal(heard.http, 200, heard.text);
    };
    return {
      invite,
      async again(email: string) {
        const { agents } = (await visitor.get(at)).body as unknown as AgentList;
        const agent = agents.find((one) => one.email === email);
        if (agent) assert.equal((await visitor.delete(`${at}/${agent.id}`)).http, 200);
        await invite(email);
      },
    };
  }
  /** Every letter that may go out now has gone out: one to somebody else, named last, is here. */
  async function settled(invite: (email: string) => Promise<void>) {
    const last = accountRequest().admin_email;
    await invite(last);
    await mailbox.next(last);
  }

  test('gets three letters an hour and ten a day for a partner, and the others later', async () => {
    const service = await startService({ environment: { SMTP_URL: mailbox.url } });
    const partner = await service.newPartner();
    const { invite, again } = await inside(service, partner);
    const stranger = accountRequest().admin_email;
    for (let n = 0; n < 15; n++) {
      await again(stranger);
      if (n < 3) await mailbox.next(stranger);
    }
    await settled(invite);
    assert.equal(lettersTo(stranger), 3);
    const owed = await service.database.read((db) =>
      db.query(sql`
        select from agents g join persons m on m.id = g.person_id
        where m.email = ${stranger}
          and g.mail_due_at between now() + interval '50 minutes' and now() + interval '1 hour'`),
    );
    assert.equal(owed.length, 1);

    for (const expected of [6, 9, 10]) {
      await pass(service, 1);
      while (lettersTo(stranger) < expected) {
        await mailbox.next(stranger);
        if (lettersTo(stranger) < expected) await again(stranger);
      }
      await again(stranger);
      await settled(invite);
      assert.equal(lettersTo(stranger), expected);
    }
    await pass(service, 24);
    await mailbox.next(stranger);
  });

  test('is counted over all accounts of a partner, and for each partner apart', async () => {
    const service = await startService({ environment: { SMTP_URL: mailbox.url } });
    const [a, b] = [await service.newPartner(), await service.newPartner()];
    const stranger = accountRequest().admin_email;
    const first = await inside(service, a);
    for (const { invite } of [first, await inside(service, a), await inside(service, a)]) {
      await invite(stranger);
      await mailbox.next(stranger);
    }
    await (await inside(service, a)).invite(stranger);
    await settled(first.invite);
    assert.equal(lettersTo(stranger), 3);
    await (await inside(service, b)).invite(stranger);
    await mailbox.next(stranger);
  });

  test('is not tried more often when the mail server refuses them for good', async () => {
    const refused: (() => void)[] = [];
    let tries = 0;
    const smtp = new SMTPServer({
      ...{ authOptional: true, disabledCommands: ['STARTTLS'], disableReverseLookup: true },
      onRcptTo(_address, _session, done) {
        tries++;
        for (const tell of refused.splice(0)) tell();
        done(Object.assign(new Error('no such mailbox'), { responseCode: 550 }));
      },
    });
    smtp.on('error', () => {});
    await new Promise<void>((listening) => smtp.listen(0, '127.0.0.1', listening));
    atEnd(() => new Promise<void>((closed) => smtp.close(closed)));
    const { port } = smtp.server.address() as AddressInfo;
    const service = await startService({ environment: { SMTP_URL: `smtp://127.0.0.1:${port}` } });
    const { again } = await inside(service, await service.newPartner());
    const stranger = accountRequest().admin_email;
    for (let n = 0; n < 3; n++) {
      const told = new Promise<void>((tell) => refused.push(tell));
      await again(stranger);
      await told;
    }
    await again(stranger);
    const isLater = async () => {
      const rows = await service.database.read((db) =>
        db.query(sql`select from agents where mail_due_at > now() + interval '50 minutes'`),
      );
      return rows.length === 1;
    };
    while (!(await isLater()));
    assert.equal(tries, 3);
  });

  test('is forgotten after a day', async () => {
    const service = await startService({ environment: { SMTP_URL: mailbox.url } });
    const { invite } = await inside(service, await service.newPartner());
    await settled(invite);
    const rows = () => service.database.read((db) => db.query(sql`select from mail_sent`));
    await sweep(service.database);
    assert.equal((await rows()).length, 1);
    await pass(service, 25);
    await sweep(service.database);
    assert.equal((await rows()).length, 0);
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
