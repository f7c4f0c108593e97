import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { atEnd } from '../testing/ends.ts';
import { type Held, startHeldMailbox } from '../testing/mail/mail-held.ts';
import { createMailer, type Letter, NotTaken } from './mailer.ts';

const letterTo = (to: string): Letter => ({ to, subject: 'A letter', text: 'A', html: '<p>A' });

/** A mailer to that server; `dropped` is what its log says of letters that lost their room. */
function newMailer({ url, release }: Held, more: { slowSeconds?: number } = {}) {
  const dropped: string[] = [];
  const keep = (fields: object, message: string) => {
    if (message.includes('dropped')) dropped.push(`${JSON.stringify(fields)} ${message}`);
  };
  const log = { info() {}, warn: keep, error: keep };
  const from = 'Switchboard <no-reply@example.com>';
  const options = { smtpUrl: url, outbox: '/dev/null/outbox', from, log, retrySeconds: [3600] };
  const mailer = createMailer({ ...options, ...more });
  atEnd(() => {
    release();
    return mailer.close();
  });
  const invite = (to: string, partnerId: number) =>
    mailer.send(letterTo(to), partnerId).catch(() => {});
  return { mailer, dropped, invite };
}

/** So many addresses nobody else has. */
const addresses = (count: number, name: string) =>
  Array.from({ length: count }, (_, index) => `${name}-${index}@example.com`);

describe('letters under way', () => {
  test('leave a place to a code, whatever else waits for a slow mail server', async () => {
    const held = await startHeldMailbox((to) => !to.startsWith('slow'));
    const { mailer, invite } = newMailer(held);
    for (const to of addresses(50, 'slow-invited')) void invite(to, 1);
    for (const to of addresses(50, 'slow-reset')) mailer.post(letterTo(to), 'person');
    mailer.post(letterTo('code@example.com'), 'code');
    await held.arrived('code@example.com');
    assert.equal(held.letters().includes('slow-reset-0@example.com'), true);
  });

  test('leave a place to resets, and to invitations, when the lanes before them are slow', async () => {
    const held = await startHeldMailbox((to) => !to.startsWith('slow'));
    const { mailer, invite } = newMailer(held);
    for (const to of addresses(50, 'slow-code')) mailer.post(letterTo(to), 'code');
    mailer.post(letterTo('reset@example.com'), 'person');
    await held.arrived('reset@example.com');
    for (const to of addresses(50, 'slow-reset')) mailer.post(letterTo(to), 'person');
    await invite('invited@example.com', 1);
    await held.arrived('invited@example.com');
  });

  test('of partners go out in turns', async () => {
    const held = await startHeldMailbox(() => true);
    const { invite } = newMailer(held);
    const all = [
      ...addresses(300, 'a').map((to) => invite(to, 1)),
      ...addresses(3, 'b').map((to) => invite(to, 2)),
    ];
    await Promise.all(all);
    const order = held.letters();
    assert.equal(order.length, 303);
    assert.ok(order.indexOf('b-2@example.com') < 15, `${order.indexOf('b-2@example.com')}`);
  });

  test('of one partner leave a place to another, however slow they are', async () => {
    const held = await startHeldMailbox((to) => !to.startsWith('slow'));
    const { invite } = newMailer(held);
    for (const to of addresses(100, 'slow')) void invite(to, 1);
    await invite('other@example.com', 2);
    assert.ok(held.letters().includes('other@example.com'));
  });

  test('that take long give their place to others, of any partner', async () => {
    const held = await startHeldMailbox((to) => !to.startsWith('slow'));
    const { invite } = newMailer(held, { slowSeconds: 0.05 });
    for (const partner of [1, 2, 3])
      for (const to of addresses(3, `slow-${partner}`)) void invite(to, partner);
    for (const partner of [1, 2, 3, 4]) await invite(`other-${partner}@example.com`, partner);
    for (const partner of [1, 2, 3]) await held.arrived(`slow-${partner}-2`);
  });

  test('that anybody may ask for take no room from the others to the same receiver', async () => {
    const held = await startHeldMailbox(() => true);
    const { mailer, dropped } = newMailer(held);
    for (let n = 0; n < 9; n++) mailer.post(letterTo('a@example.com'), 'person', { kind: 'asked' });
    for (let n = 0; n < 5; n++) mailer.post(letterTo('a@example.com'), 'person');
    await mailer.close();
    assert.equal(held.letters().length, 10);
    assert.equal(dropped.length, 4);
  });

  test('that take long leave a place to those of every lane, and of every receiver', async () => {
    const held = await startHeldMailbox((to) => !to.startsWith('slow'));
    const { mailer, invite } = newMailer(held, { slowSeconds: 0.05 });
    const four = addresses(4, 'slow-code');
    for (const to of four) for (let n = 0; n < 5; n++) mailer.post(letterTo(to), 'code');
    for (const to of four) await held.arrived(to);
    mailer.post(letterTo('code@example.com'), 'code');
    await held.arrived('code@example.com');
    for (let partner = 1; partner < 9; partner++)
      for (const to of addresses(9, `slow-${partner}`)) void invite(to, partner);
    mailer.post(letterTo('late@example.com'), 'code');
    await held.arrived('late@example.com');
  });

  test('to one receiver are five of a kind at most, which push out nobody else', async () => {
    const held = await startHeldMailbox(() => true);
    const { mailer, dropped } = newMailer(held);
    for (let n = 0; n < 2000; n++) {
      mailer.post(letterTo(n % 2 ? 'many@example.com' : 'Many@example.com'), 'person');
      mailer.post(letterTo('many@example.com'), 'code');
    }
    mailer.post(letterTo('other@example.com'), 'person');
    mailer.post(letterTo('last@example.com'), 'code');
    for (const to of ['other@example.com', 'last@example.com']) await held.arrived(to);
    await mailer.close();
    assert.equal(held.letters().length, 12);
    assert.equal(dropped.length, 3990);
    for (const line of new Set(dropped)) assert.doesNotMatch(line, /@|A letter/);
    assert.match(dropped[0]!, /"person".* dropped: too many letters like it are under way/);
  });

  test('are all sent when 1,200 people ask at once', async () => {
    const held = await startHeldMailbox(() => true);
    const { mailer, dropped } = newMailer(held);
    for (const to of addresses(1200, 'reset')) mailer.post(letterTo(to), 'person');
    for (const to of addresses(1200, 'reset')) await held.arrived(to);
    assert.deepEqual(dropped, []);
  });

  test('are dropped from those who have most of them when a lane is full', async () => {
    const held = await startHeldMailbox((to) => !to.startsWith('slow'));
    const { mailer, dropped } = newMailer(held);
    const few = addresses(2995, 'slow-few');
    for (const to of few) mailer.post(letterTo(to), 'person');
    for (let n = 0; n < 5; n++) mailer.post(letterTo('slow-many@example.com'), 'person');
    assert.deepEqual(dropped, []);
    for (const to of addresses(6, 'slow-new')) mailer.post(letterTo(to), 'person');
    held.release();
    for (const to of [...few, ...addresses(4, 'slow-new')]) await held.arrived(to);
    await mailer.close();
    // Four of the many's five made room, and the last two who came had as many as everybody.
    assert.equal(held.letters().filter((to) => to.startsWith('slow-many')).length, 1);
    assert.equal(held.letters().length, 3000);
    assert.equal(dropped.length, 6);
  });

  test('that are owed and lose their room are answered so', async () => {
    const held = await startHeldMailbox((to) => !to.startsWith('slow'));
    const { mailer, dropped } = newMailer(held);
    const refused: unknown[] = [];
    const send = (to: string, partnerId: number) =>
      mailer.send(letterTo(to), partnerId).catch((error: unknown) => refused.push(error));
    for (const to of addresses(1000, 'slow')) void send(to, 1);
    await send('other@example.com', 2);
    assert.ok(held.letters().includes('other@example.com'));
    assert.equal(dropped.length, 1);
    assert.equal(refused.length, 1);
    assert.ok(!(refused[0] instanceof NotTaken));
  });
});
