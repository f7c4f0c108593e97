/** Nodes that are killed while they deliver: whatever was told, and to whom, stays whole. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { webhookEventTypes } from '@switchboard/contract';
import { createPartnerClient } from '@switchboard/sdk';
import sql from 'sql-template-tag';
import { openPostgres } from '../../database/postgres.ts';
import { readQuickstart } from '../../quickstart/quickstart.ts';
import { startProcess, type TestProcess } from '../../testing/process.ts';
import { type Receiver, startReceiver } from '../../testing/receiver.ts';
import { environmentOf, urlOf } from '../../testing/scenes/process.ts';
import { accountRequest, cloneDatabase } from '../../testing/service.ts';

const KILLS = 20;
const ACCOUNTS = 8;
const PATIENCE_MS = 60_000;
const server = 'online';

test('a node that is killed 20 times beside another loses no event, sends none before its time, and none as another', async (t) => {
  const connection = await cloneDatabase();
  const settings = { DATABASE_URL: urlOf(connection), WEBHOOK_ALLOW_PRIVATE: 'true' };
  const first = await environmentOf(settings);
  const second = await environmentOf(settings);
  const stays = await startProcess(first);
  const { client_id: clientId = '', client_secret: clientSecret = '' } =
    readQuickstart(first.DATA_DIR, stays.baseUrl) ?? {};
  const clientAt = ({ baseUrl }: TestProcess) =>
    createPartnerClient({ baseUrl, clientId, clientSecret, retries: 0 });
  const partner = clientAt(stays);
  const receiver = await startReceiver();
  await partner.setWebhook({ url: receiver.url });
  const ids = await Promise.all(
    Array.from(
      { length: ACCOUNTS },
      async () => (await partner.createAccount(accountRequest())).account_id,
    ),
  );

  let killed = await startProcess(second);
  let isOver = false;
  const load = ids.map(async (account_id, n) => {
    for (let change = 0; !isOver; change += 1) {
      const client = (n + change) % 2 ? partner : clientAt(killed);
      const account_name = `Change ${change}`;
      await client.updateAccount({ account_id, server, account_name }).catch(() => sleep(5));
    }
  });
  for (let kill = 0; kill < KILLS; kill += 1) {
    await sleep(100 + Math.random() * 400);
    killed.signal('SIGKILL');
    await killed.ended;
    killed = await startProcess(second);
  }
  isOver = true;
  await Promise.all(load);

  const database = openPostgres({ connection });
  const events = await database.read((db) =>
    db.query<{ event_id: number; account_id: number }>(sql`
      select event_id, account_id from events
      where account_id = any (${ids}) and type = any (${webhookEventTypes})
      order by event_id`),
  );
  await arrivedAll(receiver, events.length);
  assertWhole(receiver, events);
  await assertFeed(partner, database);
  t.diagnostic(`${KILLS} kills; ${events.length} events, ${receiver.arrived.length} pushes`);
  await database.close();
});

const idsOf = ({ arrived }: Receiver) => new Set(arrived.map(({ id }) => id));

async function arrivedAll(receiver: Receiver, count: number): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; idsOf(receiver).size < count; await sleep(50))
    assert.ok(Date.now() < deadline, `${idsOf(receiver).size} of ${count} arrived`);
}

/** Both ways, each with one payload, and in the order in which it happened to each account. */
function assertWhole(
  { arrived }: Receiver,
  events: { event_id: number; account_id: number }[],
): void {
  const firsts = new Map<string, (typeof arrived)[number]>();
  for (const push of arrived) {
    const known = firsts.get(push.id);
    if (known) assert.equal(push.body, known.body);
    else firsts.set(push.id, push);
  }
  assert.deepEqual(
    [...firsts.keys()].sort(),
    events.map(({ event_id }) => `evt_${event_id}`).sort(),
  );
  const byAccount = Map.groupBy(firsts.values(), ({ data }) => data.account_id);
  for (const [account_id, pushes] of byAccount)
    assert.deepEqual(
      pushes.map(({ data }) => data.event_id),
      events.filter((event) => event.account_id === account_id).map(({ event_id }) => event_id),
    );
}

async function assertFeed(
  partner: ReturnType<typeof createPartnerClient>,
  database: ReturnType<typeof openPostgres>,
): Promise<void> {
  const read: number[] = [];
  for (let cursor: string | undefined, more = true; more; ) {
    const page = await partner.getEvents({
      limit: 1000,
      type: 'account.updated',
      ...(cursor && { cursor }),
    });
    read.push(...page.list.map(({ event_id }) => event_id));
    more = page.next_cursor !== cursor && page.list.length > 0;
    cursor = page.next_cursor;
  }
  const all = await database.read((db) =>
    db.query<{ event_id: number }>(sql`
      select event_id from events where type = 'account.updated' order by event_id`),
  );
  assert.deepEqual(
    read.sort((a, b) => a - b),
    all.map(({ event_id }) => event_id),
  );
}
