import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { assertRefused, send } from '../testing/http.ts';
import {
  makeDeliveries,
  refusedWith,
  startWebhooks,
  URL_SET,
  webhookEvents,
} from '../testing/scenes/deliveries.ts';
import { assertReplay } from '../testing/scenes/idempotency.ts';
import type { TestPartner } from '../testing/service.ts';

const SECRET = /^whsec_[A-Za-z0-9+/]{32}$/;

describe("a partner's webhook", () => {
  let scene: Awaited<ReturnType<typeof startWebhooks>>;

  before(async () => {
    scene = await startWebhooks();
  });

  /** The address refuses what it is sent. */
  const fail = ({ partner }: TestPartner, { paused = false } = {}) =>
    scene.run(sql`
      update webhooks
      set failures = 5, failing_since = now(), probes = 2, open_at = now() + interval '1 hour',
          paused_at = case when ${paused} then '2026-01-02T03:04:05.678Z'::timestamptz end
      where partner_id = ${partner}`);
  const rowOf = async ({ partner }: TestPartner) => {
    const [row] = await scene.run<Record<string, unknown>>(sql`
      select url, failures, failing_since, probes, open_at <= now() as open, paused_at,
        last_success_at
      from webhooks where partner_id = ${partner}`);
    return row;
  };
  const CLEAN = {
    ...{ failures: 0, failing_since: null, probes: null, open: true, paused_at: null },
    last_success_at: null,
  };

  test('has a secret from the first address on, which only that answer holds', async () => {
    const partner = await scene.newPartner('');
    assert.deepEqual({ ...(await partner.getWebhook()) }, answer({ url: '', state: 'active' }));
    assert.equal((await partner.setWebhook({ url: '' })).secret, undefined);
    assert.equal(await refusedWith(partner.getWebhookSecret()), '68 409');
    const { secret, ...first } = await partner.setWebhook({ url: URL_SET });
    assert.match(secret ?? '', SECRET);
    assert.deepEqual(first, answer({ url: URL_SET, state: 'active' }));
    for (const url of [URL_SET, 'http://127.0.0.1:9/', '', 'https://[2001:db8::1]/x'])
      assert.deepEqual(await partner.setWebhook({ url }), answer({ url, state: 'active' }));
    assert.deepEqual(await partner.getWebhookSecret(), answer({ secret }));
  });

  test('is an absolute http or https address of 512 characters at most, without user', async () => {
    const partner = await scene.newPartner('');
    const long = (length: number) => `https://a.example/${'x'.repeat(length - 18)}`;
    const wrong = [
      ...['hooks.example', '/x', 'ftp://a.example', 'https://', 'https://u:p@a.example/'],
      ...['https://u@a.example', ' https://a.example', 'https://a.example/ x', long(513)],
      ...['https://a.example/\u202e', 'javascript:alert(1)', 'https://a.example:99999/'],
    ];
    const token = await partner.accessToken();
    for (const url of wrong)
      assertRefused(
        await send(scene.service.baseUrl, 'setWebhook', { token, body: { url } }),
        53,
        422,
        url,
      );
    assert.equal((await partner.getWebhook()).url, '');
    assert.equal((await partner.setWebhook({ url: long(512) })).url, long(512));
  });

  test('is recorded by the origins of its addresses alone, and not when nothing changed', async () => {
    const partner = await scene.newPartner('');
    await partner.setWebhook({ url: '' });
    for (const url of [URL_SET, URL_SET, 'http://b.example:81/secret', '', ''])
      await partner.setWebhook({ url });
    await partner.rotateWebhookSecret({ overlap_hours: 0 });
    const events = await webhookEvents(scene.service, partner);
    const [first, second, third] = ['https://hooks.example', 'http://b.example:81', null];
    assert.deepEqual(events, [
      { type: 'webhook.updated', changes: { url: { from: null, to: first } } },
      { type: 'webhook.updated', changes: { url: { from: first, to: second } } },
      { type: 'webhook.updated', changes: { url: { from: second, to: third } } },
      { type: 'webhook.secret_rotated', changes: { previous_until: { from: null, to: null } } },
    ]);
  });

  test('begins with a clean sheet at another address, and stays paused at the same', async () => {
    const partner = await scene.newPartner();
    const account_id = await scene.service.newAccount(partner);
    await makeDeliveries(scene.service);
    await scene.run(sql`update delivery_lanes set due_at = now() + interval '1 hour'
      where partner_id = ${partner.partner}`);
    await fail(partner, { paused: true });
    const paused = answer({
      ...{ url: URL_SET, state: 'paused', paused_since: '2026-01-02T03:04:05.678Z' },
    });
    assert.deepEqual(await partner.setWebhook({ url: URL_SET }), paused);
    assert.deepEqual(await partner.getWebhook(), paused);
    const url = 'https://other.example/';
    assert.deepEqual(await partner.setWebhook({ url }), answer({ url, state: 'active' }));
    assert.deepEqual(await rowOf(partner), { url, ...CLEAN });
    const due = await scene.run(sql`
      select from delivery_lanes
      where partner_id = ${partner.partner} and account_id = ${account_id} and due_at <= now()`);
    assert.equal(due.length, 1);
  });

  test('is not told of what happened while there was none, and misses nothing by a change', async () => {
    const partner = await scene.newPartner('');
    const typesOf = async () => {
      await makeDeliveries(scene.service);
      return (await partner.getDeliveries()).list.map(({ type }) => type);
    };
    const account_id = await scene.service.newAccount(partner);
    await partner.setWebhook({ url: URL_SET });
    assert.deepEqual(await typesOf(), []);
    await partner.updateAccount({ account_id, server: 'online', account_name: 'Told' });
    await partner.setWebhook({ url: 'https://other.example/' });
    assert.deepEqual(await typesOf(), ['account.updated']);
    await partner.setWebhook({ url: '' });
    await partner.updateAccount({ account_id, server: 'online', account_status: 0 });
    assert.deepEqual(await typesOf(), ['account.updated']);
    await partner.updateAccount({ account_id, server: 'online', account_status: 1 });
    await partner.setWebhook({ url: URL_SET });
    assert.deepEqual(await typesOf(), ['account.updated']);
    await partner.deleteAccount({ accountID: account_id, server: 'online' });
    assert.deepEqual(await typesOf(), ['account.deleted', 'account.updated']);
  });

  test('set at the same time for the first time has one secret, which one answer holds', async () => {
    const partner = await scene.newPartner('');
    const urls = Array.from({ length: 8 }, (_, n) => `https://${n}.example/`);
    const answers = await Promise.all(urls.map((url) => partner.setWebhook({ url })));
    const secrets = answers.flatMap(({ secret }) => secret ?? []);
    assert.deepEqual(secrets, [(await partner.getWebhookSecret()).secret]);
  });

  test('is resumed with everything that waits due at once, and recorded only if it was not active', async () => {
    const partner = await scene.newPartner('');
    assert.equal(await refusedWith(partner.resumeWebhook()), '68 409');
    await partner.setWebhook({ url: URL_SET });
    for (let n = 0; n < 3; n += 1) await scene.service.newAccount(partner);
    await makeDeliveries(scene.service);
    const rest = () =>
      scene.run(sql`update delivery_lanes set due_at = now() + interval '1 hour'
        where partner_id = ${partner.partner}`);
    const done = answer({ state: 'active', waiting: 3 });
    await rest();
    assert.deepEqual(await partner.resumeWebhook(), done);
    await fail(partner);
    assert.deepEqual(await partner.resumeWebhook(), done);
    await fail(partner, { paused: true });
    await rest();
    assert.deepEqual(await partner.resumeWebhook(), done);
    assert.deepEqual(await rowOf(partner), { url: URL_SET, ...CLEAN });
    const due = await scene.run(sql`
      select from delivery_lanes where partner_id = ${partner.partner} and due_at <= now()`);
    assert.equal(due.length, 3);
    const resumed = (await webhookEvents(scene.service, partner)).slice(1);
    assert.deepEqual(resumed, [
      { type: 'webhook.resumed', changes: {} },
      { type: 'webhook.resumed', changes: { state: { from: 'paused', to: 'active' } } },
    ]);
    await partner.setWebhook({ url: '' });
    assert.equal(await refusedWith(partner.resumeWebhook()), '68 409');
  });

  test('set with an Idempotency-Key: no secret is stored, and the replay is the first answer', async () => {
    const partner = await scene.newPartner('');
    const token = await partner.accessToken();
    const set = (key: string, url: string) =>
      send(scene.service.baseUrl, 'setWebhook', {
        ...{ token, body: { url } },
        headers: { 'idempotency-key': key },
      });
    const url = 'https://a.example/?"secret":""&%22';
    const first = await set('first', url.replaceAll('"', '%22'));
    assert.match(String(first.body.secret), SECRET);
    const [stored] = await scene.run<{ row: string }>(sql`
      select k::text as row from idempotency_keys k where partner_id = ${partner.partner}`);
    assert.doesNotMatch(stored?.row ?? '', /whsec/);
    assertReplay(first, await set('first', url.replaceAll('"', '%22')));
    const second = await set('second', 'https://b.example/');
    assertReplay(second, await set('second', 'https://b.example/'));
    assertRefused(await set('second', 'https://c.example/'), 42, 409);
    const { secret } = await partner.rotateWebhookSecret();
    const later = await set('first', url.replaceAll('"', '%22'));
    assert.equal(later.text, first.text.replace(String(first.body.secret), secret));
  });
});

const answer = (payload: object) => ({ status: 'OK', reason: 1, ...payload });
