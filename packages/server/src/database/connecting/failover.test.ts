import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '@switchboard/sdk';
import sql from 'sql-template-tag';
import { readDatabaseUrl } from '../../installation/database-url.ts';
import { proveSecretKey } from '../../secret-key.ts';
import { startRelay } from '../../testing/databases/relay.ts';
import { promote, requireSynchronous, startStandby } from '../../testing/databases/standby.ts';
import { send } from '../../testing/http.ts';
import { startPostgres, type TestPostgres } from '../../testing/postgres.ts';
import { startService, type TestPartner, type TestService } from '../../testing/service.ts';
import type { Db } from '../database.ts';
import { requireUsable } from '../usable.ts';

const server = 'online';
const WAIT_MS = 30_000;
/** What becomes of the primary whose standby is promoted. */
const FATES = ['crashes', 'stays', 'hangs'] as const;
type Fate = (typeof FATES)[number];
/** Two kinds of rounds, or with `SWITCHBOARD_RACES=full` each of them twice. */
const ROUNDS = process.env.SWITCHBOARD_RACES === 'full' ? 6 : 2;

const update = (partner: TestPartner, account_id: number, account_name: string): Promise<string> =>
  partner.updateAccount({ account_id, server, account_name }).then(
    () => 'OK',
    (error) => (error instanceof Refusal ? `${error.http} ${error.number}` : String(error)),
  );

const readiness = async ({ baseUrl }: TestService) => (await send(baseUrl, '/readyz', {})).http;

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + WAIT_MS; !(await isSo()); await sleep(20))
    assert.ok(Date.now() < deadline, `waited in vain: ${what}`);
}

describe('a database with a standby', () => {
  let primary: TestPostgres;
  let standby: TestPostgres;
  let first: TestService;
  before(async () => {
    primary = await startPostgres();
    standby = await startStandby(primary);
    first = await startService({ connection: primary.connection });
  });

  test('whose new connections reach the standby for a while is written again as soon as they do not', async () => {
    const relay = await startRelay(primary);
    const service = await startService({ beside: first, address: relay.connection });
    const partner = await service.newPartner();
    const id = await service.newAccount(partner);
    relay.leadTo(standby);
    relay.cut();
    const during = await Promise.all(
      Array.from({ length: 50 }, (_, n) => update(partner, id, `${n}`)),
    );
    assert.deepEqual([...new Set(during)], ['503 40']);
    assert.equal(await readiness(service), 503);
    // What a standby holds may be old: it is not read either.
    await assert.rejects(partner.getAccount({ account_id: id, server }), { http: 503 });
    relay.leadTo(primary);
    await until('an update', async () => (await update(partner, id, 'Again')) === 'OK');
    const after = await Promise.all(
      Array.from({ length: 50 }, (_, n) => update(partner, id, `${n}`)),
    );
    assert.deepEqual([...new Set(after)], ['OK']);
    await until('ready', async () => (await readiness(service)) === 200);
  });

  test('that is synchronous and dead acknowledges nothing, is not ready, and goes on when it is back', async () => {
    const service = first;
    const partner = await service.newPartner();
    const id = await service.newAccount(partner);
    assert.equal(await readiness(service), 200);
    const keys = service.config.secretKeys ?? [];
    await proveSecretKey(service.database, keys);
    await standby.stop();
    await requireSynchronous(primary, true);
    const hung = await Promise.all(
      Array.from({ length: 5 }, (_, n) => update(partner, id, `Hung ${n}`)),
    );
    assert.deepEqual([...new Set(hung)], ['503 40']);
    const commits = async () => {
      const rows = await service.database.read((db) =>
        db.query(sql`
          select from pg_stat_activity
          where datname = current_database() and wait_event = 'SyncRep'`),
      );
      return rows.length;
    };
    const waiting = await commits();
    assert.ok(waiting > 0);
    assert.equal(await update(partner, id, 'Hung 0'), '503 40', 'a repeat was acknowledged');
    // Nor does a start take it for a pooler, or wait for what it only reads.
    await requireUsable(primary.connection).catch(({ name }) => assert.equal(name, 'DatabaseAway'));
    await proveSecretKey(service.database, keys);
    for (let n = 0; n < 2; n += 1) assert.equal(await readiness(service), 503);
    await until('no more commits wait', async () => (await commits()) === waiting);
    await standby.start();
    await until('an update', async () => (await update(partner, id, 'Back')) === 'OK');
    await until('ready', async () => (await readiness(service)) === 200);
    await requireSynchronous(primary, false);
  });

  test('named by several hosts loses no acknowledged change when it is promoted, and goes on there', async (t) => {
    for (let round = 0; ; round += 1) {
      const fate = FATES[round % FATES.length] as Fate;
      const { kept, ms } = await failOver(first, primary, standby, fate);
      t.diagnostic(`it ${fate}: ${kept} kept, the first after the promotion at ${ms} ms`);
      if (round + 1 === ROUNDS) return;
      primary = standby;
      standby = await startStandby(primary);
    }
  });
});

/** Promotes the standby under load, whatever becomes of the primary; later that is there again. */
async function failOver(
  first: TestService,
  primary: TestPostgres,
  standby: TestPostgres,
  fate: Fate,
): Promise<{ kept: number; ms: number }> {
  const { user, database, port } = primary.connection;
  const hosts = [standby, primary].map(({ connection }) => connection.host).join(',');
  const address = readDatabaseUrl(
    `postgres://${user}@/${database}?host=${encodeURIComponent(hosts)}&port=${port}&target_session_attrs=read-write`,
  );
  const service = await startService({ beside: first, address });
  const partner = await service.newPartner();
  const id = await service.newAccount(partner);
  await requireSynchronous(primary, true);

  const kept: string[] = [];
  let over = false;
  const clients = Array.from({ length: 8 }, async (_, client) => {
    for (let n = 0; !over; n += 1) {
      const name = `Client ${client}, ${n}`;
      const answer = await update(partner, id, name);
      if (answer === 'OK') kept.push(name);
      else assert.equal(answer, '503 40');
    }
  });
  try {
    await until('changes', async () => kept.length > 20);
    assert.ok(await isReadTogether(service));
    if (fate === 'hangs') primary.freeze();
    if (fate === 'crashes') await primary.crash();
    await promote(standby);
    const [promotedAt, before] = [performance.now(), kept.length];
    await until('a change at the promoted one', async () => kept.length > before);
    const ms = Math.round(performance.now() - promotedAt);
    // The old one comes back, does not know of it, and is believed by nobody.
    if (fate === 'hangs') primary.thaw();
    if (fate === 'crashes') await primary.start();
    await requireSynchronous(primary, false);
    await service.database.read((db) =>
      db.query(sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'switchboard' and pid <> pg_backend_pid()`),
    );
    // Changes are read where they happen, though the old one's connection still lives.
    await until('the log is read there', () => isReadTogether(service));
    const later = kept.length;
    await until('more changes', async () => kept.length > later + 20);
    over = true;
    await Promise.all(clients);
    const events = await service.database.read((db) =>
      db.query<{ name: string }>(sql`
        select changes->'account_name'->>'to' as name from events where account_id = ${id}`),
    );
    const recorded = new Set(events.map(({ name }) => name));
    assert.deepEqual(
      kept.filter((name) => !recorded.has(name)),
      [],
      'acknowledged updates were lost',
    );
    assert.equal(await readiness(service), 200);
    return { kept: kept.length, ms };
  } finally {
    over = true;
  }
}

/** Whether what live pages go by is asked of the server that everything else is asked of. */
async function isReadTogether({ database }: TestService): Promise<boolean> {
  const source = async (db: Db): Promise<unknown> =>
    (await db.query(sql`select pg_postmaster_start_time()::text as source`))[0]?.source;
  const apart = await database.readApart(source).catch(() => undefined);
  return apart !== undefined && apart === (await database.read(source));
}
