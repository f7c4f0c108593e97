/** What changes between the start of a push and the record of what became of it. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import {
  endAnswers,
  holdAnswers,
  newTold,
  type Told,
  untilOpen,
} from '../../testing/scenes/webhook.ts';
import { startService, type TestService } from '../../testing/service.ts';

const environment = { WEBHOOK_ALLOW_PRIVATE: 'true' };

describe('what is under way', () => {
  let service: TestService;
  let lines: string[] = [];
  before(async () => {
    const log = { write: (line: string) => void lines.push(line) };
    service = await startService({ environment: { ...environment, LOG_LEVEL: 'warn' }, log });
  });

  test('says nothing of an address that was set meanwhile: that is tried at once', async () => {
    const told = await newTold(service);
    const next = await newTold(service);
    const id = await told.newAccount();
    await told.taken(1);
    const open = holdAnswers(told);
    await told.rename(id, 'Under way');
    await untilOpen(open, 1);
    await told.partner.setWebhook({ url: next.receiver.url });
    endAnswers(open, 500);
    const [, moved] = await told.taken(2);
    assert.deepEqual([moved?.tries, moved?.outcomes], [0, ['status_500', 'delivered']]);
    assert.equal((await told.webhook()).failures, 0);
  });

  test('ends no rest that another push was asked for', async () => {
    const told = await newTold(service);
    const [one, two] = [await told.newAccount(), await told.newAccount()];
    await told.taken(2);
    const open = holdAnswers(told);
    await told.rename(one, 'Asks for a rest');
    await untilOpen(open, 1);
    await told.rename(two, 'Is taken later');
    await untilOpen(open, 2);
    endAnswers(open.splice(0, 1), 429, { 'retry-after': '600' });
    await told.until('a rest', (all) => all[2]?.outcomes.length === 1);
    endAnswers(open, 200);
    await told.until('taken', (all) => all[3]?.state === 'delivered');
    assert.ok((await told.webhook()).opens_in > 500);
  });

  test('in trouble is not probed without end, whatever rest is asked for', async () => {
    const told = await newTold(service);
    const ids = await Promise.all([1, 2, 3, 4].map(() => told.newAccount()));
    await told.taken(4);
    told.receiver.answer((_, response) => response.writeHead(429, { 'retry-after': '0' }).end());
    for (const id of ids) await told.rename(id, 'Refused');
    await told.until('all are made', (all) => all.length === 8);
    while ((await told.webhook()).probes === null) await sleep(10);
    assert.ok((await told.webhook()).opens_in > 200);
  });

  test('is not paused for a time in which nobody tried', async () => {
    const [told, dead] = [await newTold(service), await newTold(service)];
    const id = await told.newAccount();
    await told.taken(1);
    told.receiver.answer(500);
    await told.rename(id, 'Refused');
    await told.until('refused', (all) => all[1]?.outcomes.length === 1);
    await service.operator.suspendPartner({ partner: told.partnerId });
    await told.pass(3 * 86_400);
    // Both are looked at together.
    await run(
      dead,
      sql`
      update webhooks set probes = 1, failures = 4, failing_since = now() - interval '3 days',
        open_at = now() + interval '1 hour'
      where partner_id = ${dead.partnerId}`,
    );
    while ((await dead.webhook()).paused_at === null) await sleep(10);
    assert.equal((await told.webhook()).paused_at, null);
  });

  const run = (told: Told, statement: ReturnType<typeof sql>) =>
    told.service.database.write((db) => db.query(statement));

  test('and cannot be signed is said once, however much waits', async () => {
    const [told, other] = [await newTold(service), await newTold(service)];
    lines = [];
    await run(
      told,
      sql`
      update webhooks set secret =
        (select secret from webhooks where partner_id = ${other.partnerId})
      where partner_id = ${told.partnerId}`,
    );
    await Promise.all(Array.from({ length: 12 }, () => told.newAccount()));
    await told.until('all are made', (all) => all.length === 12);
    await other.newAccount();
    await other.taken(1);
    assert.equal(lines.filter((line) => /SECRET_KEY/.test(line)).length, 1);
  });
});
