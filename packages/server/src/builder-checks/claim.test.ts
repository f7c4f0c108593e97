import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import sql, { type Sql } from 'sql-template-tag';
import { startService, type TestPartner, type TestService } from '../testing/service.ts';
import { claimLooks, recordLook } from './claim.ts';
import { addOriginsOf, passOverAccounts } from './origins.ts';

const server = 'online';

describe('which builders are looked at, and when', () => {
  let service: TestService;
  let other: TestService;
  let partner: TestPartner;
  before(async () => {
    service = await startService();
    other = await startService({ beside: service });
    partner = await service.newPartner();
  });

  const run = <Row = { origin: string }>(statement: Sql): Promise<Row[]> =>
    service.database.write((db) => db.query<Row>(statement));
  const origins = async () =>
    (await run(sql`select origin from builder_checks order by origin`)).map((row) => row.origin);
  const clear = () => run(sql`delete from builder_checks`);
  const add = (hosts: string[]) =>
    run(sql`
      insert into builder_checks (origin, host)
      select 'https://' || h, split_part(h, ':', 1) from unnest(${hosts}::text[]) h`);
  const accountWith = async (builder_url: string) => {
    const account_id = await service.newAccount(partner);
    await partner.updateAccount({ account_id, server, builder_url });
    return account_id;
  };
  const heard = (...ids: number[]) =>
    service.database.write((db) =>
      addOriginsOf(
        db,
        ids.map((account_id) => ({ server, account_id })),
      ),
    );

  test('no two nodes look at the same one within an hour, nor faster than the pace', async () => {
    await clear();
    const hosts = Array.from({ length: 9 }, (_, n) => `h${n}.example`);
    await add([...hosts, 'many.example:1', 'many.example:2', 'many.example:3']);
    const claimed: string[] = [];
    while (claimed.length < 12) {
      const nodes = [service, other, service, other].map((node) => claimLooks(node.database));
      claimed.push(...(await Promise.all(nodes)).flat());
      await sleep(20);
    }
    assert.equal(new Set(claimed).size, 12);
    const [most] = await run<{ all: number; host: number }>(sql`
      select max(of_all) as all, max(of_host) as host
      from (select count(*) over (order by claimed_at
                    range between interval '999 milliseconds' preceding and current row) as of_all,
                   count(*) over (partition by host order by claimed_at
                    range between interval '999 milliseconds' preceding and current row) as of_host
            from builder_checks) counted`);
    assert.deepEqual(most, { all: 5, host: 1 });
    await recordLook(service.database, 'https://h1.example', { state: 'ok', tlsDays: 61 });
    const [due] = await run<{ soon: number; late: number }>(sql`
      select count(*) filter (where due_at < claimed_at + interval '1 hour') as soon,
             count(*) filter (where due_at > now() + interval '2 days') as late
      from builder_checks`);
    assert.deepEqual(due, { soon: 0, late: 0 });
  });

  test('what a killed node had claimed is another’s after the hour', async () => {
    await clear();
    await add(['killed.example']);
    assert.deepEqual(await claimLooks(service.database), ['https://killed.example']);
    await run(sql`update builder_checks set claimed_at = claimed_at - interval '59 minutes',
                  due_at = due_at - interval '59 minutes'`);
    assert.deepEqual(await claimLooks(service.database), []);
    await run(sql`update builder_checks set claimed_at = claimed_at - interval '2 minutes',
                  due_at = due_at - interval '2 minutes'`);
    assert.deepEqual(await claimLooks(service.database), ['https://killed.example']);
    // Nor does a claim go on in another installation.
    await run(sql`select begin_log_anew()`);
    assert.deepEqual(await claimLooks(service.database), ['https://killed.example']);
  });

  test('a host with very many does not keep the others waiting', async () => {
    await clear();
    await add(Array.from({ length: 400 }, (_, n) => `many.example:${n + 1}`));
    await run(sql`update builder_checks set due_at = now() - interval '1 hour'`);
    await add(['other.example']);
    let turns = 0;
    while (!(await claimLooks(service.database)).includes('https://other.example')) turns += 1;
    assert.ok(turns <= 9, String(turns));
  });

  test('an origin is all that is taken of a link, once for all who have it', async () => {
    await clear();
    const one = await accountWith('https://Builder.example.com:443/login?secret=S3CRET#S3CRET');
    const two = await accountWith('https://builder.example.com/other/S3CRET');
    const three = await accountWith('https://builder.example.com:8443/S3CRET');
    await heard(one, two, three);
    assert.deepEqual(await origins(), [
      'https://builder.example.com',
      'https://builder.example.com:8443',
    ]);
    const [row] = await run<{ all: string }>(sql`
      select string_agg(c::text, ' ') as all from builder_checks c`);
    assert.doesNotMatch(row?.all ?? '', /S3CRET|login|other/i);
  });

  test('a pass over all accounts adds what is missing and forgets what nobody has', async () => {
    await clear();
    const kept = await accountWith('https://kept.example/a');
    const deleted = await accountWith('https://deleted.example/a');
    const shared = await accountWith('https://kept.example/b');
    const changed = await accountWith('https://before.example/a');
    await heard(kept, deleted, shared, changed);
    const missed = await accountWith('https://missed.example/');
    await partner.updateAccount({ account_id: changed, server, builder_url: '' });
    for (const accountID of [deleted, shared]) await partner.deleteAccount({ accountID, server });
    // It was looked at within the hour, which is not to be forgotten.
    await run(sql`update builder_checks set claimed_at = now()
                  where origin = 'https://before.example'`);
    await passOverAccounts(service.database, 0);
    const are = await origins();
    assert.ok(are.includes('https://kept.example'));
    assert.ok(are.includes('https://missed.example'));
    assert.ok(are.includes('https://before.example'));
    assert.ok(!are.includes('https://deleted.example'));
    await run(sql`update builder_checks set claimed_at = now() - interval '2 hours'`);
    await passOverAccounts(service.database, 24);
    assert.ok((await origins()).includes('https://before.example'), 'it was done just now');
    await passOverAccounts(service.database, 0);
    assert.ok(!(await origins()).includes('https://before.example'));
    assert.ok(missed > 0);
  });

  test('nobody’s changes make the queue longer than it may be', async () => {
    await clear();
    await add(Array.from({ length: 10_000 }, (_, n) => `h${n}.example`));
    await heard(await accountWith('https://one-more.example/'));
    assert.equal((await origins()).length, 10_000);
    await passOverAccounts(service.database, 0);
    assert.ok((await origins()).includes('https://one-more.example'));
  });
});
