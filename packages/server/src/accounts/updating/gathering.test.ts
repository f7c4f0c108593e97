import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import sql from 'sql-template-tag';
import { type Heard, send } from '../../testing/http.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';

const ROUNDS = 25;
const ACCOUNTS = 3;

type Step = { account: number; ifMatch?: string | undefined; changes: Record<string, unknown> };

const step: fc.Arbitrary<Step> = fc.record({
  account: fc.nat(ACCOUNTS),
  ifMatch: fc.option(fc.constantFrom('"1"', '"2"', '"3", "4"', '*'), { nil: undefined, freq: 3 }),
  changes: fc.record(
    {
      account_name: fc.constantFrom('A', 'B', ''),
      account_status: fc.constantFrom(0, 1),
      builder_url: fc.constantFrom('', 'https://b.example/1', 'nonsense'),
      server: fc.constantFrom('online', 'online', 'nowhere'),
    },
    { requiredKeys: ['server'] },
  ),
});

/** What an answer says, but for times and ids. */
const said = ({ http, headers, body }: Heard, ids: number[]) => ({
  http,
  etag: headers.etag,
  ...body,
  request_id: undefined,
  account_id: ids.indexOf(Number(body.account_id)),
  suspended: body.suspended && { ...(body.suspended as object), at: undefined },
});

/** Accounts of its own, the steps in waves of calls that go out together, and all that came back. */
async function play(service: TestService, partner: TestPartner, waves: Step[][]) {
  const token = await partner.accessToken();
  const make = () => send(service.baseUrl, 'createAccount', { token, body: accountRequest() });
  const made = await Promise.all(Array.from({ length: ACCOUNTS }, make));
  const ids = made.map(({ body }) => Number(body.account_id)).sort((a, b) => a - b);
  const heard: object[] = [];
  for (const wave of waves) {
    // In one wave only calls to different accounts, whose order cannot matter.
    const apart = wave.filter((one, n) => wave.findIndex((w) => w.account === one.account) === n);
    const answers = apart.map(({ account, ifMatch, changes }) =>
      send(service.baseUrl, 'updateAccount', {
        token,
        headers: ifMatch === undefined ? {} : { 'if-match': ifMatch },
        body: { account_id: ids[account] ?? 9_999_998, ...changes },
      }),
    );
    heard.push(...(await Promise.all(answers)).map((answer) => said(answer, ids)));
  }
  const events = await service.database.read((db) =>
    db.query<{ account_id: number; type: string; changes: object }>(sql`
      select account_id, type, changes from events
      where account_id = any (${ids}) and server = 'online' order by account_id, event_id`),
  );
  return { heard, events: events.map((e) => ({ ...e, account_id: ids.indexOf(e.account_id) })) };
}

test('the same calls get the same answers and events, gathered or one by one', async () => {
  const together = await startService({ gather: { startAt: 0, most: 64, inFlight: 2 } });
  const alone = await startService({ gather: { startAt: 1e9, most: 64, inFlight: 2 } });
  const partners = [await together.newPartner(), await alone.newPartner()] as const;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 8 }),
      async (waves) => {
        const gathered = await play(together, partners[0], waves);
        const single = await play(alone, partners[1], waves);
        assert.deepEqual(gathered, single);
      },
    ),
    { numRuns: ROUNDS },
  );
});
