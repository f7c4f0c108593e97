import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { createPartnerClient, type FeedEvent, Refusal } from '@switchboard/sdk';
import { sharedService, type TestPartner, type TestService } from '@switchboard/server/testing';

const server = 'online';

describe('events()', () => {
  let service: TestService;
  let partner: TestPartner;
  let account_id: number;

  before(async () => {
    service = await sharedService();
    partner = await service.newPartner();
    account_id = await service.newAccount(partner);
  });

  const rename = (account_name: string) =>
    partner.updateAccount({ account_id, server, account_name });
  const names = (events: FeedEvent[]) =>
    events.map(({ changes }) => (changes.account_name as { to: string } | undefined)?.to);
  const clientWith = (options: { fetch?: typeof fetch; retries?: number }) => {
    const { clientId, clientSecret } = partner;
    return createPartnerClient({ baseUrl: service.baseUrl, clientId, clientSecret, ...options });
  };

  test('goes on by itself, page by page, and resumes from a stored cursor', async () => {
    await rename('One');
    let stored: string | undefined;
    const seen: FeedEvent[] = [];
    for await (const { events, cursor } of partner.events({ account_id, limit: 1 })) {
      seen.push(...events);
      stored = cursor;
      if (seen.length === 2) break;
    }
    await rename('Two');
    const later = setTimeout(() => rename('Three'), 200);
    const after: FeedEvent[] = [];
    const type = ['account.updated', 'account.suspended'] as const;
    for await (const { events, cursor } of partner.events({ cursor: stored, type })) {
      after.push(...events);
      stored = cursor;
      if (after.length === 2) break;
    }
    clearTimeout(later);
    assert.deepEqual(names(seen), ['My Account', 'One']);
    assert.deepEqual(names(after), ['Two', 'Three']);
  });

  test('ends by its signal without an error, also while it waits', async () => {
    const { next_cursor } = await partner.getEvents({ limit: 1000 });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 200);
    let pages = 0;
    const options = { cursor: next_cursor, signal: controller.signal };
    for await (const page of partner.events(options)) pages += page.events.length;
    assert.equal(pages, 0);
    for await (const _ of partner.events({ signal: controller.signal })) assert.fail();
  });

  test('waits for what passes by itself, for as long as it takes, and repeats no event', async () => {
    let tries = 0;
    const flaky: typeof fetch = async (input, init) => {
      if (!String(input).includes('getEvents')) return fetch(input, init);
      tries += 1;
      if (tries % 5 !== 0) throw new TypeError('the connection was lost');
      return fetch(input, init);
    };
    const seen: FeedEvent[] = [];
    const client = clientWith({ fetch: flaky, retries: 1 });
    for await (const { events } of client.events({ account_id, limit: 2 })) {
      seen.push(...events);
      if (seen.length >= 4) break;
    }
    assert.ok(tries >= 10, String(tries));
    assert.equal(new Set(seen.map(({ event_id }) => event_id)).size, seen.length);
    const once = clientWith({ fetch: flaky, retries: 0 });
    await assert.rejects(async () => {
      for await (const _ of once.events()) assert.fail();
    });
  });

  test('throws what does not pass: a cursor of another log', async () => {
    const cursor = `1.${'0'.repeat(32)}.9-0`;
    await assert.rejects(
      async () => {
        for await (const _ of partner.events({ cursor })) assert.fail();
      },
      (error) => error instanceof Refusal && error.reason === 'paging_invalid',
    );
  });

  test('waits no longer than the time-out of its client allows', async () => {
    const asked: string[] = [];
    const noting: typeof fetch = async (input, init) => {
      asked.push(String(input));
      return fetch(input, init);
    };
    const { clientId, clientSecret } = partner;
    const options = { baseUrl: service.baseUrl, clientId, clientSecret, fetch: noting };
    for (const [timeoutMs, wait] of [
      [8_000, 3],
      [60_000, 25],
      [2_000, 0],
    ] as const) {
      for await (const _ of createPartnerClient({ ...options, timeoutMs }).events()) break;
      assert.match(asked.at(-1) ?? '', new RegExp(`[?&]wait=${wait}(&|$)`));
    }
  });
});
