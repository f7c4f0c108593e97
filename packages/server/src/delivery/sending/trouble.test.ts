/** Addresses that refuse: how long one waits, when nothing more is tried, and what is never lost. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { type Mailbox, startMailbox } from '../../testing/mail/mail.ts';
import { newTold, type Told } from '../../testing/scenes/webhook.ts';
import { accountRequest, startService, type TestService } from '../../testing/service.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** Of each step of the ladder, at random 10 % more. */
const LADDER = [5 * MINUTE, 20 * MINUTE, HOUR, 4 * HOUR, 24 * HOUR].map((step) => step * 1.1 + 1);

describe('an address that refuses', () => {
  let service: TestService;
  let mailbox: Mailbox;
  before(async () => {
    mailbox = await startMailbox();
    const environment = { WEBHOOK_ALLOW_PRIVATE: 'true', SMTP_URL: mailbox.url };
    service = await startService({ environment });
  });

  const tried = (told: Told, count: number) =>
    told.until(`${count} tries`, (all) => all.flatMap(({ outcomes }) => outcomes).length >= count);

  test('one delivery alone is tried six times over a day and more, while others pass it by', async () => {
    const told = await newTold(service);
    const [poison, other] = [await told.newAccount(), await told.newAccount()];
    await told.taken(2);
    told.receiver.answer(({ data }, response) =>
      response.writeHead(data.account_id === poison ? 500 : 204).end(),
    );
    await told.rename(poison, 'Refused');
    await told.rename(poison, 'Waits behind it');
    const of = (all: Awaited<ReturnType<Told['deliveries']>>, id: number) =>
      all.filter(({ account_id }) => account_id === id);
    for (let n = 1; n <= 6; n += 1) {
      await told.until(`try ${n}`, (all) => of(all, poison)[1]?.outcomes.length === n);
      await told.rename(other, `Passes by ${n}`);
      await told.until(`other ${n}`, (all) => of(all, other)[n]?.state === 'delivered');
      assert.equal((await told.webhook()).failures, 0);
      if (n < 6) await told.pass(LADDER[n - 1] ?? 0);
    }
    const end = await told.until('the end', (all) => of(all, poison)[1]?.state === 'failed');
    assert.deepEqual(of(end, poison)[1]?.outcomes, Array(6).fill('status_500'));
    // What waited behind it goes now.
    told.receiver.answer(200);
    await told.pass(LADDER[0] ?? 0);
    await told.until('the next', (all) => of(all, poison)[2]?.state === 'delivered');
  });

  test('everything three times in a row is probed with one at a time, and no other uses up its tries', async () => {
    const told = await newTold(service);
    const ids = await Promise.all(Array.from({ length: 6 }, () => told.newAccount()));
    await told.taken(6);
    told.receiver.answer(500);
    for (const id of ids) await told.rename(id, 'Refused');
    await tried(told, 6 + 3);
    await told.until('all are made', (all) => all.length === 12);
    const tries = async () =>
      (await told.deliveries()).flatMap(({ outcomes }) => outcomes).filter((o) => o !== 'delivered')
        .length;
    await told.idle();
    let soFar = await tries();
    assert.notEqual((await told.webhook()).probes, null);
    for (let n = 1; n <= 3; n += 1) {
      const { opens_in } = await told.webhook();
      const step = LADDER[n - 1] ?? 0;
      assert.ok(
        opens_in >= ((step - 1) / 1.1) * 0.89 && opens_in <= step,
        `probe ${n} in ${opens_in} s`,
      );
      await told.pass(step);
      await tried(told, 6 + soFar + 1);
      soFar += 1;
      await told.idle();
      assert.equal(await tries(), soFar, 'one probe');
    }
    assert.ok((await told.deliveries()).every(({ tries: counted }) => counted <= 1));
    const arrived = told.receiver.arrived.length;
    told.receiver.answer(200);
    await told.pass(LADDER[3] ?? 0);
    await told.taken(12);
    assert.equal(told.receiver.arrived.length, arrived + 6);
    assert.deepEqual(
      { ...(await told.webhook()), opens_in: 0 },
      { failures: 0, probes: null, paused_at: null, opens_in: 0 },
    );
  });

  test('everything for a day is paused, its partner’s administrators are told, and nothing is lost', async () => {
    const told = await newTold(service);
    const email = accountRequest().admin_email;
    const id = await service.newAccount(told.partner, { admin_email: email });
    await told.taken(1);
    await service.database.write((db) =>
      db.query(sql`
        insert into members (partner_id, person_id, role, state)
        select ${told.partnerId}, id, 'administrator', 'open' from persons where email = ${email}`),
    );
    told.receiver.answer(500);
    await told.rename(id, 'Refused');
    await tried(told, 2);
    await told.rename(id, 'Waits');
    await told.pass(23 * HOUR);
    await tried(told, 3);
    assert.equal((await told.partner.getWebhook()).state, 'active');
    await told.pass(HOUR);
    const letter = await mailbox.next(email, /paused|127\.0\.0\.1/);
    assert.match(letter.text, new RegExp(new URL(told.receiver.url).origin));
    assert.doesNotMatch(letter.text, /\/push/);
    assert.equal((await told.partner.getWebhook()).state, 'paused');
    const tries = (await told.deliveries()).flatMap(({ outcomes }) => outcomes).length;
    await told.pass(30 * HOUR);
    await told.rename(id, 'Waits too');
    const waiting = await told.until('made', (all) => all.length === 4);
    assert.equal(waiting.flatMap(({ outcomes }) => outcomes).length, tries);
    told.receiver.answer(200);
    assert.deepEqual(await told.partner.testWebhook().then(({ outcome }) => outcome), 'delivered');
    await told.taken(4);
    assert.equal((await told.partner.getWebhook()).state, 'active');
    const { list } = await told.partner.getEvents({ type: 'webhook.paused,webhook.resumed' });
    assert.deepEqual(
      list.map(({ type }) => type),
      ['webhook.paused', 'webhook.resumed'],
    );
  });

  test('by 410 is in trouble at once', async () => {
    const told = await newTold(service);
    const id = await told.newAccount();
    await told.taken(1);
    told.receiver.answer(410);
    await told.rename(id, 'Gone');
    await tried(told, 2);
    assert.equal((await told.webhook()).probes, 0);
  });

  test('for the moment is left alone for as long as it asks, at most a day', async () => {
    for (const [status, header, services] of [
      [429, '120', 120],
      [503, '600', 600],
      [429, '9999999', 24 * HOUR],
    ] as const) {
      const told = await newTold(service);
      const id = await told.newAccount();
      await told.taken(1);
      told.receiver.answer((_, response) =>
        response.writeHead(status, { 'retry-after': header }).end(),
      );
      await told.rename(id, 'Later');
      await tried(told, 2);
      const { opens_in } = await told.webhook();
      assert.ok(opens_in <= services && opens_in > services - 30, `${opens_in} of ${services}`);
      told.receiver.answer(200);
      await told.pass(services);
      await told.taken(2);
    }
  });
});
