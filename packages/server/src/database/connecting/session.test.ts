import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import pg from 'pg';
import sql from 'sql-template-tag';
import { proveSecretKey } from '../../secret-key.ts';
import { send } from '../../testing/http.ts';
import { type Mailbox, startMailbox } from '../../testing/mail/mail.ts';
import { cloneDatabase, startService, type TestService } from '../../testing/service.ts';
import { exported, importInto, until } from '../../testing/transfer.ts';
import { newVisitor } from '../../testing/visitor.ts';
import { openPostgres } from '../postgres.ts';
import { requireUsable } from '../usable.ts';
import { newClient } from './client.ts';
import { Hosts } from './hosts.ts';
import { PINNED } from './session.ts';

/** What somebody might have set, of everything that is pinned. */
const HOSTILE: typeof PINNED = {
  client_encoding: 'LATIN1',
  DateStyle: 'SQL, DMY',
  IntervalStyle: 'sql_standard',
  TimeZone: 'Pacific/Kiritimati',
  bytea_output: 'escape',
  extra_float_digits: '-15',
  standard_conforming_strings: 'off',
  backslash_quote: 'on',
  transform_null_equals: 'on',
  array_nulls: 'off',
  quote_all_identifiers: 'on',
  check_function_bodies: 'off',
  search_path: 'nowhere, pg_catalog',
  row_security: 'on',
  session_replication_role: 'replica',
  default_transaction_isolation: 'serializable',
  default_transaction_read_only: 'on',
  default_transaction_deferrable: 'on',
  statement_timeout: '1ms',
  lock_timeout: '1ms',
  idle_in_transaction_session_timeout: '1ms',
  idle_session_timeout: '500ms',
  transaction_timeout: '500ms',
  jit: 'on',
  plan_cache_mode: 'force_generic_plan',
  default_tablespace: 'nowhere',
  temp_tablespaces: 'nowhere',
  client_min_messages: 'error',
  escape_string_warning: 'off',
  synchronous_commit: 'off',
};

async function run(connection: pg.PoolConfig, ...statements: string[]): Promise<void> {
  const client = new pg.Client(connection);
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

/** A migrated database that presets everything, half of it for the role. */
async function hostileDatabase(): Promise<pg.PoolConfig> {
  const connection = await cloneDatabase();
  const { database, user } = connection;
  const client = new pg.Client(connection);
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    'select lower(name) as name from pg_settings',
  );
  await client.end();
  const known = new Set(rows.map(({ name }) => name));
  const statements = Object.entries(HOSTILE)
    .filter(([name]) => known.has(name.toLowerCase()))
    .map(([name, value], index) => {
      const whose = index % 2 ? `database ${database}` : `role ${user} in database ${database}`;
      const list = name === 'search_path' ? value : `'${value}'`;
      return `alter ${whose} set ${name} = ${list}`;
    });
  await run(connection, ...statements);
  return connection;
}

describe('what server, database and role preset', () => {
  let connection: pg.PoolConfig;
  before(async () => {
    connection = await hostileDatabase();
  });

  test('is set anew by every connection of ours, in every setting that means something', async () => {
    assert.deepEqual(Object.keys(HOSTILE), Object.keys(PINNED));
    await requireUsable(connection);
    const database = openPostgres({ connection });
    const shown = sql`
      select key, current_setting(key, true) as value
      from unnest(${Object.keys(PINNED)}::text[]) as key`;
    const read = await database.read((db) => db.query<{ key: string; value: string }>(shown));
    const written = await database.write((db) => db.query<{ key: string; value: string }>(shown));
    await database.close();
    const client = newClient(new Hosts(connection), {});
    await client.connect();
    const { rows } = await client.query({ text: shown.text, values: shown.values });
    await client.end();
    for (const row of [...read, ...written, ...rows])
      if (row.value !== null) assert.equal(row.value, PINNED[row.key], row.key);
  });

  test('leaves remote_apply as it is, which waits for even more', async () => {
    const other = await cloneDatabase();
    await run(other, `alter database ${other.database} set synchronous_commit = remote_apply`);
    const database = openPostgres({ connection: other });
    const [row] = await database.read((db) => db.query(sql`show synchronous_commit`));
    await database.close();
    assert.equal(row?.synchronous_commit, 'remote_apply');
  });

  test('changes nothing that partners and people see', async () => {
    const plain = await cloneDatabase();
    assert.deepEqual(await story(connection), await story(plain));
  });
});

/** What a service answers to much of what it is for, without what differs from run to run. */
async function story(connection: pg.PoolConfig): Promise<unknown> {
  const mailbox = await startMailbox();
  const service = await startService({ connection, environment: { SMTP_URL: mailbox.url } });
  await proveSecretKey(service.database, service.config.secretKeys ?? []);
  const partner = await service.newPartner();
  const { email, account_id } = await service.newPerson(partner);
  const account = { account_id, server: 'online' };

  const visitor = newVisitor(service);
  const signIns = await Promise.all(
    ['wrong', 'Wrong-Horse2', 'Wrong-Horse3'].map((password) =>
      newVisitor(service).signIn(email, password),
    ),
  );
  const signedIn = await visitor.signIn(email);
  const workspace = await visitor.get('/api/workspace');
  const invited = await visitor.post(`/api/workspace/${account_id}/agents`, {
    email: `invited-${email}`,
    name: 'Ivy',
    role: 'agent',
  });
  const letter = await mailbox.next(`invited-${email}`);
  const updates = await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      partner.updateAccount({ ...account, account_name: `It's \\ "${n}" שלום` }),
    ),
  );
  const stale = await partner
    .updateAccount({ ...account, account_name: 'x' }, { ifMatch: 1 })
    .catch(String);
  const off = await partner.updateAccount({ ...account, account_status: 0 });
  const cut = await visitor.get(`/api/workspace/${account_id}/agents`);
  const listed = await partner.getAccounts({ q: 'שלום' });
  const letters = await lettersTo(`invited-${email}`, service, mailbox);
  const moved = await importInto(await startService(), await exported(service), '?replace=true');
  const ready = await send(service.baseUrl, '/readyz', {});

  const isNow = (time: number) => Math.abs(time - Date.now()) < 600_000;
  const known = (text: string) => text.replaceAll(/\d{4,}|[0-9a-f-]{36}/g, '#');
  return {
    signIns: signIns.map(({ http, body }) => [
      http,
      (body as { error?: { code: string } }).error?.code,
    ]),
    signedIn: [signedIn.http, visitor.setCookies.map((cookie) => cookie.replace(/=[^;]+/, ''))],
    workspace: [workspace.http, Object.keys(workspace.body)],
    invited: invited.http,
    letter: known(letter.subject),
    revisions: updates.map(({ revision }) => revision).sort((a, b) => a - b),
    stale: known(stale as string),
    off: [off.suspended?.sessions_ended, isNow(Date.parse(off.suspended?.at ?? ''))],
    cut: cut.http,
    listed: listed.list.map(({ create_time, account_name }) => [
      isNow(create_time * 1000),
      account_name.length,
    ]),
    letters,
    moved: [moved.http, Object.values(moved.body.tables as Record<string, number>)],
    ready: [ready.http, ready.body],
  };
}

/** How many letters somebody got, once nothing is owed to anybody: one is mailed once. */
async function lettersTo(email: string, { database }: TestService, mailbox: Mailbox) {
  const owed = sql`select from agents where mail_due_at is not null`;
  await until(async () => (await database.read((db) => db.query(owed))).length === 0);
  return mailbox.all().filter(({ to }) => to === email).length;
}
