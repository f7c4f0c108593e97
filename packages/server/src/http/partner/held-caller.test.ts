import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Endpoint, type EndpointName, endpointNames, endpoints } from '@switchboard/contract';
import { createPartnerClient } from '@switchboard/sdk';
import sql from 'sql-template-tag';
import { exampleRequest, placed } from '../../testing/examples.ts';
import { send } from '../../testing/http.ts';
import { startReceiver } from '../../testing/receiver.ts';
import { makeDeliveries, startWebhooks } from '../../testing/scenes/deliveries.ts';
import type { TestPartner } from '../../testing/service.ts';

const server = 'online';

const writes = endpointNames.filter((name) => {
  const { surface, effect }: Endpoint = endpoints[name];
  return surface === 'partner' && effect === 'write';
});

describe('a write whose credential is being revoked', () => {
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
      let answered = false;
      let call: ReturnType<typeof send> | undefined;
      await scene.service.database.write(async (db) => {
        await db.query(sql`
          update credentials set revoked_at = now() where client_id = ${client_id}`);
        call = send(scene.service.baseUrl, name, {
          token,
          ...placed(endpoint, { ...exampleRequest(endpoint), ...ours(name) }),
        });
        void call.then(() => {
          answered = true;
        });
        while (!answered && (await waiting()) === 0) await sleep(5);
        assert.equal(answered, false, 'it did not wait');
      });
      const { http, body } = (await call) ?? assert.fail();
      assert.equal(http, 401, JSON.stringify(body));
    });
});
