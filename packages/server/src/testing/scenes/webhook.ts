/** For tests: a partner with an address that is told, and what became of its deliveries. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { type Receiver, startReceiver } from '../receiver.ts';
import type { TestPartner, TestService } from '../service.ts';

const server = 'online';
const PATIENCE_MS = 20_000;

export type Told = {
  service: TestService;
  partner: TestPartner;
  partnerId: number;
  receiver: Receiver;
  secret: string;
  /** Makes an account, or changes its name, which is told. */
  newAccount(): Promise<number>;
  rename(account_id: number, account_name: string): Promise<unknown>;
  /** Its deliveries in the order of their events, with their tries. */
  deliveries(): Promise<Delivery[]>;
  /** Waits until it is so of the deliveries. */
  until(what: string, isSo: (deliveries: Delivery[]) => boolean): Promise<Delivery[]>;
  /** Waits until so many were made, and all of them delivered. */
  taken(count: number): Promise<Delivery[]>;
  /** Waits until nothing is under way: of every try its outcome is recorded. */
  idle(): Promise<void>;
  /** The row of the address. */
  webhook(): Promise<WebhookSeen>;
  /** As if so much time had passed for the address and what waits for it. */
  pass(seconds: number): Promise<void>;
};

type Delivery = {
  event_id: number;
  account_id: number;
  state: 'waiting' | 'delivered' | 'failed';
  tries: number;
  /** Of each try what became of it. */
  outcomes: string[];
};

type WebhookSeen = {
  failures: number;
  probes: number | null;
  paused_at: Date | null;
  /** Seconds from now; 0 or less: nothing is in the way. */
  opens_in: number;
};

/** @param url others than the receiver's own */
export async function newTold(service: TestService, url?: string): Promise<Told> {
  const receiver = await startReceiver();
  const partner = await service.newPartner();
  const partnerId = partner.partner;
  const run = <Row = object>(statement: ReturnType<typeof sql>): Promise<Row[]> =>
    service.database.write((db) => db.query<Row>(statement));
  const { secret = '' } = await partner.setWebhook({ url: url ?? receiver.url });

  const deliveries = () =>
    run<Delivery>(sql`
      select d.event_id, d.account_id, d.state, d.tries,
        array(select outcome from delivery_attempts t where t.event_id = d.event_id order by at)
          as outcomes
      from deliveries d
      where d.partner_id = ${partnerId}
      order by d.event_id`);
  async function until(what: string, isSo: (deliveries: Delivery[]) => boolean) {
    for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(10)) {
      const now = await deliveries();
      if (isSo(now)) return now;
      assert.ok(Date.now() < deadline, `waited in vain: ${what}: ${JSON.stringify(now)}`);
    }
  }
  return {
    ...{ service, partner, partnerId, receiver, secret, deliveries },
    newAccount: () => service.newAccount(partner),
    rename: (account_id, account_name) =>
      partner.updateAccount({ account_id, server, account_name }),
    until,
    taken: (count) =>
      until(
        `${count} delivered`,
        (all) => all.length === count && all.every(({ state }) => state === 'delivered'),
      ),
    async idle() {
      for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(10)) {
        const leased = await run(sql`
          select from delivery_lanes where partner_id = ${partnerId} and lease is not null`);
        if (leased.length === 0) return;
        assert.ok(Date.now() < deadline, 'waited in vain: something is under way');
      }
    },
    async webhook() {
      const [row] = await run<WebhookSeen>(sql`
        select failures, probes, paused_at,
          extract(epoch from greatest(open_at, now()) - now())::integer as opens_in
        from webhooks where partner_id = ${partnerId}`);
      assert.ok(row);
      return row;
    },
    async pass(seconds) {
      const time = sql`${seconds} * interval '1 second'`;
      await run(sql`
        update webhooks set open_at = open_at - ${time}, failing_since = failing_since - ${time},
          last_success_at = last_success_at - ${time}
        where partner_id = ${partnerId}`);
      await run(sql`
        update deliveries set first_failed_at = first_failed_at - ${time}
        where partner_id = ${partnerId}`);
      await run(sql`
        update delivery_lanes set due_at = due_at - ${time}
        where partner_id = ${partnerId} and lease is null`);
    },
  };
}

/** Leaves its receiver's answers open from now on. */
export function holdAnswers({ receiver }: Told): ServerResponse[] {
  const open: ServerResponse[] = [];
  receiver.answer((_, response) => void open.push(response));
  return open;
}

/** Waits until so many are open. */
export async function untilOpen(open: ServerResponse[], count: number): Promise<void> {
  for (let n = 0; n < 2_000 && open.length < count; n += 1) await sleep(5);
  assert.equal(open.length, count);
}

export const endAnswers = (open: ServerResponse[], status: number, headers = {}): void => {
  for (const response of open.splice(0)) response.writeHead(status, headers).end();
};
