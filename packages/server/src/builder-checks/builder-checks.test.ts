import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BuilderCheck } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { Guard } from '../guard/guarded-fetch.ts';
import { GOOD_CERTIFICATE, TEST_AUTHORITY, TEST_KEY } from '../testing/certificates.ts';
import { atEnd } from '../testing/ends.ts';
import {
  accountRequest,
  startService,
  type TestOptions,
  type TestPartner,
  type TestService,
} from '../testing/service.ts';
import { assertFailure, newVisitor } from '../testing/visitor.ts';

const server = 'online';
const NEVER = { state: 'not_checked', at: null };

describe('the check of builders', () => {
  let service: TestService;
  let partner: TestPartner;
  let port: number;
  const asked: Pick<IncomingMessage, 'url' | 'headers'>[] = [];

  /** Below `builder.test` every name leads to the builder that runs here. */
  const looking = (): TestOptions => ({
    environment: { BUILDER_CHECK: 'on' },
    looking: {
      guard: new Guard({ ca: TEST_AUTHORITY, find: async () => ['127.0.0.1'] }),
      ...{ allowPrivate: true, everyMs: 50 },
    },
  });

  before(async () => {
    const builder = createServer({ cert: GOOD_CERTIFICATE, key: TEST_KEY }, (request, response) => {
      asked.push({ url: request.url, headers: request.headers });
      response.writeHead(request.headers.host?.startsWith('bad') ? 503 : 200).end();
    });
    await new Promise<void>((resolve) => builder.listen(0, '127.0.0.1', resolve));
    atEnd(() => builder.close());
    ({ port } = builder.address() as AddressInfo);
    service = await startService(looking());
    partner = await service.newPartner();
  });

  const checkOf = async (account_id: number, by = partner) =>
    (await by.getAccount({ account_id, server })).builder_check;
  async function lookedAt(account_id: number): Promise<BuilderCheck> {
    for (;;) {
      const check = await checkOf(account_id);
      if (check?.at) return check;
      await sleep(20);
    }
  }

  test('looks at a new origin once for all accounts, and tells getAccount and getAccounts', async () => {
    const [first, second, failing, without] = await Promise.all(
      Array.from({ length: 4 }, () => service.newAccount(partner)),
    );
    assert.ok(first && second && failing && without);
    const link = (name: string) => `https://${name}.builder.test:${port}/login?secret=S3CRET`;
    const other = await startService({ ...looking(), beside: service });
    await partner.updateAccount({ account_id: first, server, builder_url: link('a') });
    await partner.updateAccount({ account_id: second, server, builder_url: link('A') });
    // Together with a switch, which is an event of its own kind.
    await partner.updateAccount({
      ...{ account_id: failing, server, account_status: 0, builder_url: link('bad') },
    });

    const { state, at, tls_days } = await lookedAt(first);
    assert.equal(state, 'ok');
    assert.ok(Math.abs(Date.parse(at ?? '') - Date.now()) < 60_000);
    assert.ok(tls_days && tls_days > 10_000);
    assert.deepEqual(await checkOf(second), { state, at, tls_days });
    assert.equal((await lookedAt(failing)).state, 'server_error');
    assert.equal(await checkOf(without), undefined);

    for (const query of [{}, { limit: 100 }]) {
      const { list } = await partner.getAccounts(query);
      const listed = new Map(list.map((row) => [row.account_id, row.builder_check]));
      assert.deepEqual(listed.get(String(first)), { state, at, tls_days });
      assert.equal(listed.get(String(failing))?.state, 'server_error');
      assert.equal(listed.get(String(without)), undefined);
    }
    assert.deepEqual(
      asked.map(({ url }) => url),
      ['/', '/'],
    );
    for (const { headers } of asked) {
      assert.match(headers['user-agent'] ?? '', /^Switchboard-builder-check\/\d+\.\d+\.\d+$/);
      assert.doesNotMatch(JSON.stringify(headers), /S3CRET/);
    }
    await other.app.http.close();
  });

  test('is told to administrators on their page, and to nobody else', async () => {
    const email = accountRequest().admin_email;
    const account_id = await service.newAccount(partner, { admin_email: email });
    const path = `/api/workspace/${account_id}/builder-check` as const;
    const visitor = newVisitor(service);
    await visitor.signIn(email);
    assert.deepEqual((await visitor.get(path)).body, {});
    const builder_url = `https://page.builder.test:${port}/`;
    await partner.updateAccount({ account_id, server, builder_url });
    const builder_check = await lookedAt(account_id);
    assert.deepEqual((await visitor.get(path)).body, { builder_check });

    const agent = await service.newPerson(partner);
    const at = `/api/workspace/${account_id}/agents` as const;
    await visitor.post(at, { email: agent.email, name: 'Noa', role: 'agent' });
    const other = newVisitor(service);
    await other.signIn(agent.email);
    assertFailure(await other.get(path), 'administrators_only');
  });

  test('sends nothing when it is off, and what was known is forgotten', async () => {
    const account_id = await service.newAccount(partner);
    const builder_url = `https://off.builder.test:${port}/`;
    await partner.updateAccount({ account_id, server, builder_url });
    await lookedAt(account_id);
    await service.app.http.close();
    const before = asked.length;
    const off = await startService({
      ...looking(),
      environment: { BUILDER_CHECK: 'off' },
      beside: service,
    });
    const rows = () => off.database.read((db) => db.query(sql`select from builder_checks`));
    assert.deepEqual(await rows(), []);
    const partnerThere = await off.newPartner();
    const there = await off.newAccount(partnerThere);
    await partnerThere.updateAccount({ account_id: there, server, builder_url });
    await sleep(300);
    assert.deepEqual(await checkOf(there, partnerThere), NEVER);
    assert.deepEqual(await rows(), []);
    assert.equal(asked.length, before);
  });
});
