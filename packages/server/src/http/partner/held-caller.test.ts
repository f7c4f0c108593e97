import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Endpoint, type EndpointName, endpointNames, endpoints } from '@switchboard/contract';
import { createPartnerClient } from '@switchboard/sdk';
import sql, { type Sql } from 'sql-template-tag';
import { exampleRequest, placed } from '../../testing/examples.ts';
import { type Heard, send } from '../../testing/http.ts';
import { makeInConsole } from '../../testing/member.ts';
import { startReceiver } from '../../testing/receiver.ts';
import { makeDeliveries, startWebhooks } from '../../testing/scenes/deliveries.ts';
import type { TestPartner } from '../../testing/service.ts';

const server = 'online';

const writes = endpointNames.filter((name) => {
  const { surface, effect }: Endpoint = endpoints[name];
  return surface === 'partner' && effect === 'write';
});

describe('a write whose caller is being revoked or removed', () => {
  let scene: Awaited<ReturnType<typeof startWebhooks>>;
  let partner: TestPartner;
  let account_id: number;
  let delivery_id: number;

  before(async () => {
    scene = await startWebhooks({ WEBHOOK_ALLOW_PRIVATE: 'true' });
    // What is only written once the address took a push is refused as well.
    const { url } = await startReceiver();
    partner = await scene.newPartner(url);
    account_id = await scene.service.newAccount(partner);
    await makeDeliveries(scene.service);
    const { list } = await partner.getDeliveries();
    delivery_id = list[0]?.delivery_id ?? assert.fail();
  });

  /** What the contract's own example does not know. */
  const ours = (name: EndpointName): Record<string, unknown> => {
    const known: Record<string, unknown> = {
      ...{ account_id, accountID: account_id, server, agent_id: 1, agentID: 1, delivery_id },
      ...{ url: 'https://hooks.example/other', since: 0 },
      changes: [{ account_id, server, account_status: 0 }],
    };
    const taken = Object.keys((endpoints[name] as Endpoint).request);
    return Object.fromEntries(Object.entries(known).filter(([key]) => taken.includes(key)));
  };
  const waiting = async () => {
    const [row] = await scene.service.database.read((db) =>
      db.query<{ n: number }>(sql`
        select count(*)::integer as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`),
    );
    return row?.n ?? 0;
  };

  /** Makes a call while a change is about to commit that takes the caller's right away. */
  async function whileWaiting(change: Sql, make: () => Promise<Heard>): Promise<Heard> {
    let answered = false;
    let call: Promise<Heard> | undefined;
    await scene.service.database.write(async (db) => {
      await db.query(change);
      call = make();
      void call.then(() => {
        answered = true;
      });
      while (!answered && (await waiting()) === 0) await sleep(5);
      assert.equal(answered, false, 'it did not wait');
    });
    return call ?? assert.fail();
  }

  for (const name of writes)
    test(`${name} waits for the revocation, and is refused by it`, async () => {
      const { client_id, client_secret } = await scene.service.operator.createCredential({
        partner: partner.partner,
      });
      const client = createPartnerClient({
        ...{ baseUrl: scene.service.baseUrl, retries: 0 },
        ...{ clientId: client_id, clientSecret: client_secret },
      });
      const token = await client.accessToken();
      const endpoint: Endpoint = endpoints[name];
      const call = await whileWaiting(
        sql`update credentials set revoked_at = now() where client_id = ${client_id}`,
        () =>
          send(scene.service.baseUrl, name, {
            token,
            ...placed(endpoint, { ...exampleRequest(endpoint), ...ours(name) }),
          }),
      );
      assert.equal(call.http, 401, call.text);
    });

  for (const name of writes)
    test(`${name} of a member waits for the removal, and is refused by it`, async () => {
      const member = await scene.service.newMember(partner);
      const endpoint: Endpoint = endpoints[name];
      const parameters = { ...exampleRequest(endpoint), ...ours(name) };
      const call = await whileWaiting(
        sql`delete from members where person_id = ${member.personId}`,
        () => makeInConsole(member, partner.partner, endpoint, parameters),
      );
      assert.deepEqual([call.http, call.body.code], [401, 'session_missing'], call.text);
    });
});
