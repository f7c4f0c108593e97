import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { createLog } from '../installation/log.ts';
import { tellRotation } from '../installation/rotation.ts';
import { derivedKeys } from '../sealing.ts';
import { send } from '../testing/http.ts';
import { refusedWith, startWebhooks } from '../testing/scenes/deliveries.ts';
import { startService, type TestPartner } from '../testing/service.ts';
import { secretsOf, type Webhook } from './webhook.ts';

const HOUR_MS = 3_600_000;

describe("a webhook's secret", () => {
  let scene: Awaited<ReturnType<typeof startWebhooks>>;

  before(async () => {
    scene = await startWebhooks();
  });

  /** What would sign now. */
  const signing = async (
    { partner }: TestPartner,
    secretKeys = scene.service.config.secretKeys,
  ) => {
    const [row] = await scene.run<Webhook>(
      sql`select * from webhooks where partner_id = ${partner}`,
    );
    return secretsOf(derivedKeys(secretKeys ?? [], 'webhooks'), row as Webhook);
  };

  test('is stored sealed, is in no event, and its answers are not to be cached', async () => {
    const partner = await scene.newPartner();
    const { secret } = await partner.rotateWebhookSecret();
    const rows = await scene.run<{ row: string }>(sql`
      select w::text as row from webhooks w
      union all select e::text from events e where partner_id = ${partner.partner}`);
    const bare = secret.slice('whsec_'.length);
    const hex = Buffer.from(secret).toString('hex');
    for (const { row } of rows) assert.ok(!row.includes(bare) && !row.includes(hex));
    const token = await partner.accessToken();
    const heard = await send(scene.service.baseUrl, 'getWebhookSecret', { token });
    assert.equal(heard.headers['cache-control'], 'no-store');
  });

  test('signs beside the new one for the overlap; a third ends the first at once', async () => {
    const partner = await scene.newPartner();
    const { secret: first } = await partner.getWebhookSecret();
    const { secret: second } = await partner.rotateWebhookSecret();
    const during = await partner.getWebhookSecret();
    assert.deepEqual([during.secret, during.previous_secret], [second, first]);
    const hours = (Date.parse(during.previous_until ?? '') - Date.now()) / HOUR_MS;
    assert.ok(hours > 23.9 && hours <= 24, String(hours));
    assert.deepEqual(await signing(partner), [second, first]);
    const { secret: third } = await partner.rotateWebhookSecret({ overlap_hours: 72 });
    assert.deepEqual(await signing(partner), [third, second]);
    await scene.run(sql`update webhooks set previous_until = now() - interval '1 second'
      where partner_id = ${partner.partner}`);
    assert.equal((await partner.getWebhookSecret()).previous_secret, undefined);
    const { secret: last } = await partner.rotateWebhookSecret({ overlap_hours: 0 });
    assert.deepEqual(await signing(partner), [last]);
    assert.equal((await partner.getWebhookSecret()).previous_until, undefined);
  });

  test('is rotated for 0 to 72 hours, once there is one', async () => {
    const partner = await scene.newPartner('');
    assert.equal(await refusedWith(partner.rotateWebhookSecret()), '68 409');
    for (const overlap_hours of [73, -1, 1.5])
      assert.equal(await refusedWith(partner.rotateWebhookSecret({ overlap_hours })), '68 422');
  });

  test('is taken along by a rotation of SECRET_KEY at the start; one whose key is gone is made anew', async () => {
    const partner = await scene.newPartner();
    const { secret: first } = await partner.getWebhookSecret();
    const { secret } = await partner.rotateWebhookSecret();
    const [old = ''] = scene.service.config.secretKeys ?? [];
    const fresh = '44'.repeat(32);
    const told = async (...keys: string[]) => {
      const lines: string[] = [];
      const log = createLog('warn', { write: (line) => lines.push(line) });
      await tellRotation(scene.service.database, keys, log);
      return lines.join('');
    };
    assert.match(await told(fresh), /^.*webhooks belong to an older SECRET_KEY/s);
    assert.doesNotMatch(await told(fresh, old), /not given/);
    assert.equal(await told(fresh), '');
    assert.deepEqual(await signing(partner, [fresh]), [secret, first]);

    const SECRET_KEY = '55'.repeat(32);
    const stranger = await startService({ beside: scene.service, environment: { SECRET_KEY } });
    const token = await partner.accessToken();
    const lost = await send(stranger.baseUrl, 'getWebhookSecret', { token });
    assert.deepEqual([lost.http, lost.body.reason], [409, 68]);
    assert.match(String(lost.body.message), /rotateWebhookSecret/);
    assert.match(await told(SECRET_KEY, old), /webhooks belong to a key that is not given/);
    const made = await send(stranger.baseUrl, 'rotateWebhookSecret', { token, body: {} });
    const now = await send(stranger.baseUrl, 'getWebhookSecret', { token });
    assert.deepEqual([now.body.secret, now.body.previous_secret], [made.body.secret, undefined]);
  });
});
