import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { newToken, sha256 } from '../../secret.ts';
import { send } from '../../testing/http.ts';
import { manyAccounts } from '../../testing/scenes/many.ts';
import { sharedService, type TestPartner, type TestService } from '../../testing/service.ts';

type Item = Record<string, unknown>;
type Answer = { done: number; refused: number; people?: number; list: Item[] };

describe('a dry run of updateAccounts', () => {
  let service: TestService;
  let partner: TestPartner;
  let token: string;
  const server = 'online';

  before(async () => {
    service = await sharedService();
    partner = await service.newPartner();
    token = await partner.accessToken();
  });

  const ask = async (changes: Item[], dry_run: 0 | 1 | '1', by = token): Promise<Answer> => {
    const body = { changes, dry_run };
    const heard = await send(service.baseUrl, 'updateAccounts', { token: by, body });
    assert.equal(heard.http, 200, heard.text);
    return heard.body as Answer;
  };
  const run = (statement: ReturnType<typeof sql>) =>
    service.database.write((db) => db.query(statement));
  /** Everything that a change could leave behind. */
  const state = () =>
    run(sql`
      select (select jsonb_agg(to_jsonb(a) order by server, account_id)::text from accounts a
              where partner_id = ${partner.partner}) as accounts,
        (select count(*) from events where partner_id = ${partner.partner}) as events`);
  const signIn = (email: string, days = 1) =>
    run(sql`
      insert into sessions (person_id, token_hash, expires_at, realm, number)
      select id, ${sha256(newToken())}, now() + ${days} * interval '1 day', 'server:online',
        nextval('entry_numbers')
      from persons where email = ${email}`);
  const addLink = (account_id: number) =>
    partner.loginAgent({ accountID: account_id, agentID: 1, server });

  /** Two accounts of one person, signed in twice, and one of another, signed in once. */
  async function threeAccounts() {
    const first = await service.newPerson(partner);
    const shared = await service.newAccount(partner, { admin_email: first.email });
    const second = await service.newPerson(partner);
    await signIn(first.email);
    await signIn(first.email);
    await signIn(first.email, -1);
    await signIn(second.email);
    await addLink(first.account_id);
    return [first.account_id, shared, second.account_id] as const;
  }

  test('says whom each change would sign out, and counts each person once over all', async () => {
    const ids = await threeAccounts();
    const before = await state();
    const off = ids.map((account_id) => ({ account_id, server, account_status: 0 }));
    const { done, refused, people, list } = await ask(off, 1);
    assert.deepEqual([done, refused, people], [3, 0, 2]);
    assert.deepEqual(
      list.map(({ would_end }) => would_end),
      [
        { people: 1, sessions: 2, login_links: 1 },
        { people: 1, sessions: 2, login_links: 0 },
        { people: 1, sessions: 1, login_links: 0 },
      ],
    );
    for (const item of list) {
      assert.deepEqual(item.changes, { account_status: { from: 1, to: 0 } });
      assert.deepEqual([item.account_status, item.revision, item.suspended], [1, 1, undefined]);
    }
    assert.deepEqual(await state(), before);
    // What then happens is what was said.
    const made = await ask(off, 0);
    assert.equal(made.people, undefined);
    for (const [index, { suspended, would_end, changes }] of made.list.entries()) {
      const { people, sessions_ended, login_links_voided } = suspended as Record<string, number>;
      const said = list[index]?.would_end as Record<string, number>;
      assert.deepEqual({ people, sessions: sessions_ended, login_links: login_links_voided }, said);
      assert.deepEqual([would_end, changes], [undefined, undefined]);
    }
  });

  test('changes and records nothing, and refuses exactly what the call would refuse', async () => {
    const [a, b, c] = [await newAccount(), await newAccount(), await newAccount()];
    const theirs = await service.newAccount(await service.newPartner());
    await partner.updateAccount({ account_id: c, server, account_status: 0 });
    const changes: Item[] = [
      { account_id: a, server, account_name: 'New', builder_url: 'https://b.example' },
      { account_id: b, server, account_status: 1, account_name: 'My Account' },
      { account_id: c, server, account_status: 1, revision: 2 },
      { account_id: theirs, server, account_status: 0 },
      { account_id: 9_999_990, server: 'nowhere', account_status: 0 },
      { account_id: 9_999_991, server, account_status: 3 },
      { account_id: 9_999_992, server, builder_url: 'http://b.example' },
      { account_id: 9_999_993, server, name: 'x' },
    ];
    const [stale, held, alsoHeld] = [await newAccount(), await newAccount(), await newAccount()];
    for (const account_id of [held, alsoHeld])
      await service.operator.holdAccount({ account_id, server, reason: 'abuse' });
    changes.push(
      { account_id: stale, server, account_status: 0, revision: 7 },
      { account_id: held, server, account_status: 1, account_name: 'New' },
      { account_id: alsoHeld, server, account_name: 'New' },
    );
    const before = await state();
    const said = await ask(changes, '1');
    assert.deepEqual(await state(), before);
    assert.deepEqual(
      said.list.slice(0, 3).map((item) => item.changes),
      [
        {
          account_name: { from: 'My Account', to: 'New' },
          builder_url: { from: '', to: 'https://b.example' },
        },
        {},
        { account_status: { from: 0, to: 1 } },
      ],
    );
    for (const { would_end } of said.list.slice(0, 3))
      assert.deepEqual(would_end, { people: 0, sessions: 0, login_links: 0 });
    assert.deepEqual(
      said.list.slice(3).map(({ reason }) => reason),
      [33, 34, 37, 38, 39, 41, 66, 1],
    );
    assert.equal((said.list.at(-1)?.held as Item | undefined)?.reason, 'abuse');
    const made = await ask(changes, 0);
    assert.deepEqual([said.done, said.refused], [made.done, made.refused]);
    for (const [index, item] of made.list.entries())
      if (item.status === 'FAIL') assert.deepEqual(said.list[index], item);
      else assert.deepEqual(said.list[index]?.status, 'OK');
  });

  test('of 1,000 changes is answered in their order', async () => {
    const ids = (await manyAccounts(service, partner, 1_000)).reverse();
    const off = ids.map((account_id) => ({ account_id, server, account_status: 0 }));
    const { done, people, list } = await ask(off, 1);
    assert.deepEqual([done, people], [1_000, 0]);
    assert.deepEqual(
      list.map(({ account_id }) => account_id),
      ids,
    );
  });

  const newAccount = () => service.newAccount(partner);
});
