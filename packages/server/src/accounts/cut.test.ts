import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { newToken, sha256 } from '../secret.ts';
import {
  accountRequest,
  sharedService,
  type TestPartner,
  type TestService,
} from '../testing/service.ts';

describe('switching off and on', () => {
  let service: TestService;
  let partner: TestPartner;
  const server = 'online';

  before(async () => {
    service = await sharedService();
    partner = await service.newPartner();
  });

  const run = <Row>(statement: ReturnType<typeof sql>) =>
    service.database.write((db) => db.query<Row>(statement));
  const set = (account_id: number, account_status: 0 | 1) =>
    partner.updateAccount({ account_id, server, account_status });
  const entryNumber = async (account_id: number) => {
    const [row] = await run<{ n: number }>(sql`
      select entry_number as n from accounts where account_id = ${account_id}`);
    return row?.n ?? assert.fail();
  };

  test('raises the entry number at off and at on, and at nothing else', async () => {
    const id = await service.newAccount(partner);
    const numbers = [await entryNumber(id)];
    const steps = [() => set(id, 0), () => set(id, 1)];
    for (const step of steps) {
      await step();
      numbers.push(await entryNumber(id));
    }
    assert.deepEqual(
      numbers,
      [...new Set(numbers)].sort((a, b) => a - b),
    );
    const last = numbers.at(-1);
    await set(id, 1);
    await partner.updateAccount({ account_id: id, server });
    await partner.updateAccount({ account_id: id, server, account_name: 'x', builder_url: '' });
    assert.equal(await entryNumber(id), last);
  });

  test('answers `suspended` only from the call that switched off, and with its time', async () => {
    const id = await service.newAccount(partner);
    const first = await set(id, 0);
    assert.match(first.suspended?.at ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    for (const answer of [await set(id, 0), await set(id, 1), await set(id, 1)])
      assert.equal('suspended' in answer, false);
    assert.ok((await set(id, 0)).suspended);
  });

  test('counts the live sessions that could enter, and the unused links', async () => {
    const admin_email = accountRequest().admin_email;
    const { account_id } = await partner.createAccount({ ...accountRequest(), admin_email });
    const sibling = await service.newAccount(partner, { admin_email });
    const waiting = await service.newAccount(await service.newPartner(), { admin_email });
    const [person] = await run<{ id: string }>(sql`
      select id from persons where email = ${admin_email}`);

    const [credential] = await run<{ credential_id: number }>(sql`
      select credential_id from credentials where partner_id = ${partner.partner}`);
    const credentialId = credential?.credential_id;

    const session = (changes: {
      realm?: string;
      days?: number;
      link?: number;
      number?: number;
    }) => {
      const { realm = 'server:online', days = 1, link, number } = changes;
      return run(sql`
        insert into sessions
          (person_id, token_hash, expires_at, realm, number,
           link_server, link_account_id, link_agent_id, link_credential_id)
        values (${person?.id}, ${sha256(newToken())}, now() + ${days} * interval '1 day', ${realm},
                coalesce(${number ?? null}::bigint, nextval('entry_numbers')),
                ${link === undefined ? null : server}, ${link ?? null},
                ${link === undefined ? null : 1}, ${link === undefined ? null : credentialId})`);
    };
    const link = (
      changes: { minutes?: number; used?: boolean; number?: number },
      id = account_id,
    ) => {
      const { minutes = 5, used = false, number } = changes;
      return run(sql`
        insert into login_links
          (token_hash, server, account_id, agent_id, credential_id, expires_at, used_at, number)
        values (sha256(${Buffer.from(crypto.randomUUID())}), ${server}, ${id}, 1, ${credentialId},
                now() + ${minutes} * interval '1 minute', ${used ? new Date() : null},
                coalesce(${number ?? null}::bigint, nextval('entry_numbers')))`);
    };
    await session({});
    await session({});
    await session({ link: account_id });
    // None of these could enter the account.
    await session({ realm: 'console' });
    await session({ realm: 'server:second' });
    await session({ days: -1 });
    await session({ number: 0 });
    await session({ number: await entryNumber(account_id) });
    await session({ link: sibling });
    await link({});
    await link({});
    await link({ minutes: -1 });
    await link({ used: true });
    await link({ number: 0 });
    await link({}, sibling);

    const { suspended } = await set(account_id, 0);
    assert.deepEqual([suspended?.sessions_ended, suspended?.login_links_voided], [3, 2]);
    // Another partner only named this person, so that nothing could enter there.
    const [theirs] = await run<{ state: string }>(sql`
      select state from agents where account_id = ${waiting}`);
    assert.equal(theirs?.state, 'waiting');
    // Switched on and off again, the old sessions are no longer counted.
    await set(account_id, 1);
    const again = await set(account_id, 0);
    assert.deepEqual(
      [again.suspended?.sessions_ended, again.suspended?.login_links_voided],
      [0, 0],
    );
    // The same person's sibling account was untouched: two plain sessions and one by link.
    const other = await set(sibling, 0);
    assert.deepEqual(
      [other.suspended?.sessions_ended, other.suspended?.login_links_voided],
      [3, 1],
    );
  });

  test('does not count the sessions of a person who still waits', async () => {
    const admin_email = accountRequest().admin_email;
    await service.newAccount(partner, { admin_email });
    const other = await service.newPartner();
    const account_id = await service.newAccount(other, { admin_email });
    await run(sql`
      insert into sessions (person_id, token_hash, expires_at, realm, number)
      select id, ${sha256(newToken())}, now() + interval '1 day', 'server:online',
        nextval('entry_numbers')
      from persons where email = ${admin_email}`);
    const { suspended } = await other.updateAccount({ account_id, server, account_status: 0 });
    assert.equal(suspended?.sessions_ended, 0);
  });
});
