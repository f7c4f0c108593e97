import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AgentList } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { startAnsweringMailbox } from '../testing/mail/mail-answers.ts';
import { manySeats, NOWHERE, owe, pass } from '../testing/scenes/owed-mail.ts';
import { accountRequest, startService, type TestService } from '../testing/service.ts';
import { newVisitor } from '../testing/visitor.ts';
import { claim } from './claim.ts';
import { putOff } from './owed-mail.ts';

const server = 'online';

/** An account whose administrator is inside. */
async function inside(service: TestService) {
  const partner = await service.newPartner();
  const request = { ...accountRequest(), ...manySeats };
  const { account_id } = await partner.createAccount(request);
  const visitor = newVisitor(service);
  await visitor.signIn(request.admin_email);
  const at = `/api/workspace/${account_id}/agents` as const;
  const find = async (email: string) => {
    const { agents } = (await visitor.get(at)).body as unknown as AgentList;
    return agents.find((one) => one.email === email) ?? assert.fail(`${email} is not there`);
  };
  return {
    partner,
    account_id,
    find,
    invite: async (email: string) => {
      const heard = await visitor.post(at, { email, name: 'Noa Levi', role: 'agent' });
      assert.equal(heard.http, 200, heard.text);
    },
    sendAgain: async (email: string) => {
      const heard = await visitor.post(`${at}/${(await find(email)).id}/invitation`);
      assert.equal(heard.http, 200, heard.text);
    },
    /** Once the administrator sees that it was not delivered, or that it was. */
    seen: async (email: string, isDelivered = false) => {
      for (;;) {
        const { not_delivered } = await find(email);
        if ((not_delivered === null) === isDelivered) return not_delivered;
      }
    },
  };
}

const newEmail = () => accountRequest().admin_email;

/** Of the invitations among letters as they came, in quoted-printable. */
const tokensIn = (letters: readonly string[]): string[] =>
  letters
    .map((letter) => letter.replaceAll('=\r\n', '').replaceAll('=3D', '='))
    .flatMap((letter) => /token=(swb_in_[\w-]{43})/.exec(letter)?.[1] ?? []);

/** Time passes for letters that were not delivered, too. */
const later = async (service: TestService, hours: number) => {
  await pass(service, hours);
  await service.database.write((db) =>
    db.query(sql`update agents set mail_failed_at = mail_failed_at - ${hours} * interval '1 hour'`),
  );
};

const warnings = async (service: TestService): Promise<string> =>
  String(
    ((await (await fetch(`${service.baseUrl}/readyz`)).json()) as { warnings: string[] }).warnings,
  );

describe('a letter to an agent', () => {
  test('that the mail server refuses is given up at once; the administrator sees why and sends it again', async () => {
    const mailbox = await startAnsweringMailbox();
    const service = await startService({ environment: { SMTP_URL: mailbox.url } });
    const account = await inside(service);
    for (const answer of [
      { receiver: '550 no such\u202e mailbox\r\n' },
      { letter: '554 no\r\nthanks' },
    ]) {
      const email = newEmail();
      mailbox.answer = answer;
      await account.invite(email);
      const said = 'receiver' in answer ? '550 no such mailbox' : '554 no thanks';
      const refused = { why: 'refused', answer: said, next_try_time: null };
      assert.deepEqual(await account.seen(email), refused);
      const { list } = await account.partner.getAgents({ accountID: account.account_id });
      assert.deepEqual(list.find((one) => one.email === email)?.not_delivered, refused);
      while (
        !/ letters to agents and members could not be delivered/.test(await warnings(service))
      );

      await later(service, 25);
      mailbox.answer = 'taken';
      const fence = newEmail();
      await account.invite(fence);
      while (!mailbox.tries.includes(fence)) await account.find(fence);
      assert.equal(mailbox.tries.filter((to) => to === email).length, 1);

      await account.sendAgain(email);
      assert.equal(await account.seen(email, true), null);
      while (mailbox.tries.filter((to) => to === email).length < 2) await account.find(email);
      while (/could not be delivered/.test(await warnings(service)));
    }
  });

  test('is tried for a day, later each time, and then given up', async () => {
    const service = await startService({ environment: NOWHERE });
    const account = await service.newAccount(await service.newPartner(), manySeats);
    await service.app.http.close();
    await owe(service, account, 1, 'busy');
    const room = { letters: 1, each: 1, underWay: new Map<number, number>() };
    const failed = {
      failure: 'put_off',
      answer: '451 later',
      isFinal: false,
      counts: false,
    } as const;
    const waits: number[] = [];
    for (;;) {
      const [owed] = (await claim(service.database, room)).owed;
      assert.ok(owed);
      await service.database.write((db) => putOff(db, owed, failed));
      const [row] = await service.database.write((db) =>
        db.query<{ minutes: number | null }>(sql`
          with due as (select agent_id, mail_due_at from agents where mail_failure = 'put_off')
          update agents g set mail_due_at = g.mail_due_at - (g.mail_due_at - now())
          from due where due.agent_id = g.agent_id and g.account_id = ${account}
          returning round(extract(epoch from due.mail_due_at - now()) / 60)::int as minutes`),
      );
      if (row?.minutes == null) break;
      waits.push(row.minutes);
    }
    assert.deepEqual(
      waits,
      waits.toSorted((a, b) => a - b),
    );
    assert.deepEqual([waits.length, waits[0], waits.at(-1)], [27, 1, 60]);
    const hours = waits.reduce((sum, minutes) => sum + minutes, 0) / 60;
    assert.ok(hours > 23 && hours <= 24, `${hours}`);
    assert.deepEqual((await claim(service.database, room)).owed, []);
  });

  test('that may have arrived is tried again with a link beside the one before, until one is taken', async () => {
    const mailbox = await startAnsweringMailbox();
    const service = await startService({ environment: { SMTP_URL: mailbox.url } });
    const account = await inside(service);
    const email = newEmail();
    mailbox.answer = 'hang_up';
    await account.invite(email);
    const seen = await account.seen(email);
    assert.deepEqual([seen?.why, seen?.answer], ['no_answer', '']);
    assert.ok(Number(seen?.next_try_time) > Date.now() / 1000);
    mailbox.answer = 'taken';
    await later(service, 1);
    assert.equal(await account.seen(email, true), null);
    const tokens = tokensIn(mailbox.letters);
    assert.equal(new Set(tokens).size, 2);
    for (const token of tokens) {
      const heard = await newVisitor(service).post('/api/invitation', { token });
      assert.equal(heard.http, 200, heard.text);
    }
  });

  test('that is overtaken by one that was asked for anew leaves the link of that one alone', async () => {
    const mailbox = await startAnsweringMailbox();
    const service = await startService({ environment: { SMTP_URL: mailbox.url } });
    const beside = await startService({ beside: service, environment: NOWHERE });
    const account = await inside(service);
    const email = newEmail();
    const owed = () =>
      service.database.read((db) =>
        db.query(sql`
          select from agents g join persons p on p.id = g.person_id
          where p.email = ${email} and g.mail_due_at is not null`),
      );
    mailbox.answer = 'slow';
    await account.invite(email);
    while (mailbox.letters.length < 1) await owed();
    await service.database.write((db) =>
      db.query(sql`update invitations set created_at = created_at - interval '2 minutes'`),
    );
    mailbox.answer = 'taken';
    await account.sendAgain(email);
    while ((await owed()).length > 0);
    mailbox.release();
    // It ends when the letters under way are settled.
    await service.app.http.close();
    const [, newer] = tokensIn(mailbox.letters);
    const heard = await newVisitor(beside).post('/api/invitation', { token: newer });
    assert.equal(heard.http, 200, heard.text);
  });

  test('waits for a mail server that is away, which the administrator and /readyz say', async () => {
    const service = await startService({ environment: NOWHERE });
    const account = await inside(service);
    const email = newEmail();
    await account.invite(email);
    const seen = await account.seen(email);
    assert.deepEqual([seen?.why, seen?.answer], ['not_reached', '']);
    while (!/No letter has been taken within .*ESOCKET/.test(await warnings(service)));
  });

  test('to an address that our own mailer refuses is given up without a try', async () => {
    const mailbox = await startAnsweringMailbox();
    const service = await startService({ environment: { SMTP_URL: mailbox.url } });
    const { find, account_id } = await inside(service);
    await owe(service, account_id, 1, 'so odd');
    const email = 'so odd-1@example.com';
    while ((await find(email)).not_delivered === null);
    assert.deepEqual((await find(email)).not_delivered, {
      ...{ why: 'impossible', answer: '', next_try_time: null },
    });
    assert.deepEqual(mailbox.tries, []);
  });

  test('is shown to administrators alone', async () => {
    const service = await startService({ environment: NOWHERE });
    const { partner, account_id, seen, invite } = await inside(service);
    const email = newEmail();
    await invite(email);
    await seen(email);
    const agent = await service.newPerson(partner);
    await service.database.write((db) =>
      db.query(sql`
        insert into agents (server, account_id, agent_id, person_id, role, state, agent_name,
          display_name)
        select ${server}, ${account_id}, 50, id, 'agent', 'open', 'Ada', 'Ada'
        from persons where email = ${agent.email}`),
    );
    const visitor = newVisitor(service);
    await visitor.signIn(agent.email);
    const { agents } = (await visitor.get(`/api/workspace/${account_id}/agents`))
      .body as unknown as AgentList;
    assert.deepEqual(
      agents.map(({ not_delivered }) => not_delivered),
      [null, null, null],
    );
  });
});
