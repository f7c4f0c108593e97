/** A first proof while a membership is being opened elsewhere. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { createReset } from '../../people/passwords/password-reset.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';
import { until } from '../../testing/transfer.ts';
import { newVisitor } from '../../testing/visitor.ts';

const CHOSEN = 'Chosen-Horse2';
const server = 'online';

describe('the first proof of an address', () => {
  let service: TestService;
  let owner: TestPartner;
  before(async () => {
    service = await startService();
    owner = await service.newPartner();
  });

  const newEmail = () => accountRequest().admin_email;
  const read = <Row>(statement: ReturnType<typeof sql>) =>
    service.database.read((db) => db.query<Row>(statement));
  const post = (path: `/${string}`, body: object) => newVisitor(service).post(path, body);
  const eventsOf = (account: number) =>
    read<{ type: string }>(sql`
      select type from events
      where account_id = ${account} and type in ('agent.joined', 'agent.declined')
      order by event_id`);
  async function personOf(email: string): Promise<string> {
    const [row] = await read<{ id: string }>(sql`select id from persons where email = ${email}`);
    return row?.id ?? assert.fail();
  }
  const resetToken = async (email: string) => {
    const id = await personOf(email);
    return service.database.write((db) => createReset(db, id));
  };

  test('records what was opened meanwhile under its account’s lock, in the order of what happens there', async () => {
    const email = newEmail();
    await service.newAccount(owner, { admin_email: email });
    const late = await service.newAccount(owner);
    const personId = await personOf(email);
    const token = await resetToken(email);
    const [planter, other] = await Promise.all([
      service.database.begin({ statementSeconds: 60 }),
      service.database.begin({ statementSeconds: 60 }),
    ]);
    const waiting = async (table: string) =>
      (
        await read(sql`
          select from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'
            and query ilike ${`%from ${table}%`}`)
      ).length > 0;
    // Between the accounts' locks and the person's a membership is opened …
    await planter.query(sql`select from persons where id = ${personId} for no key update`);
    const used = post('/api/auth/reset-password', { token, newPassword: CHOSEN });
    await until(() => waiting('persons'));
    await planter.query(sql`
      insert into agents
        (server, account_id, agent_id, person_id, role, state, agent_name, display_name)
      values (${server}, ${late}, 2, ${personId}, 'agent', 'open', 'Late', 'Late')`);
    // … of an account in which something is just happening.
    await other.query(sql`
      select from accounts where server = ${server} and account_id = ${late} for no key update`);
    await planter.commit();
    await until(() => waiting('accounts'));
    await other.query(sql`
      insert into events (type, server, account_id, actor_kind, actor_id)
      values ('agent.declined', ${server}, ${late}, 'system', 'test')`);
    await other.commit();
    assert.equal((await used).http, 200);
    const types = (await eventsOf(late)).map(({ type }) => type);
    assert.deepEqual(types, ['agent.declined', 'agent.joined']);
  });
});
