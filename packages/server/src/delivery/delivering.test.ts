import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { Webhook } from 'standardwebhooks';
import { derivedKeys } from '../sealing.ts';
import { startReceiver } from '../testing/receiver.ts';
import { startService, type TestPartner, type TestService } from '../testing/service.ts';
import { sealSecret } from './webhook.ts';

const server = 'online';

describe('deliveries', () => {
  let service: TestService;
  before(async () => {
    service = await startService({ environment: { WEBHOOK_ALLOW_PRIVATE: 'true' } });
  });
  async function set(partner: TestPartner, url: string) {
    const account_id = await service.newAccount(partner);
    const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
    await service.database.write(async (db) => {
      const [a] = await db.query<{ partner_id: number }>(
        sql`select partner_id from accounts where account_id = ${account_id}`,
      );
      const keys = derivedKeys(service.config.secretKeys ?? [], 'webhooks');
      await db.query(
        sql`insert into webhooks (partner_id, url, secret) values (${a!.partner_id}, ${url}, ${sealSecret(keys, a!.partner_id, secret)})`,
      );
    });
    return { account_id, secret };
  }

  test('tells what happened, signed, in order', async () => {
    const receiver = await startReceiver();
    const partner = await service.newPartner();
    const { account_id, secret } = await set(partner, receiver.url);
    for (let n = 0; n < 20; n += 1)
      await partner.updateAccount({ account_id, server, account_name: `N ${n}` });
    const got = await receiver.until(20);
    console.log(
      got[0],
      await service.database.read((db) => db.query(sql`select * from delivery_lanes`)),
      await service.database.read((db) => db.query(sql`select * from webhooks`)),
    );
    for (const { headers, body } of got)
      new Webhook(secret).verify(body, headers as Record<string, string>);
    assert.deepEqual(
      got.map(({ data }) => data.account_name),
      Array.from({ length: 20 }, (_, n) => `N ${n}`),
    );
  });
});
