import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres } from '../../testing/postgres.ts';
import { newDataDir, runProcess, startProcess } from '../../testing/process.ts';
import { environmentOf, partnerOf, urlOf } from '../../testing/scenes/process.ts';

describe('the process and its database', () => {
  test('waits for a database that is away, says so, and can be told to stop meanwhile', async () => {
    const postgres = await startPostgres();
    const settings = { ...(await environmentOf()), DATABASE_URL: urlOf(postgres.connection) };
    await postgres.stop();
    const when = (output: string) => output.includes('Waiting for it.');
    const stopped = await runProcess(
      'serve',
      { ...settings, LOG_LEVEL: 'warn' },
      { signal: 'SIGTERM', when },
    );
    assert.deepEqual([stopped.code, stopped.errors], [0, '']);
    const { code, errors } = await runProcess('migrate', settings);
    assert.deepEqual([code, errors.includes('The database cannot be reached: ')], [1, true]);

    const environment = { ...settings, LOG_LEVEL: 'warn' };
    const waited = await startProcess(environment, 'serve', async (output) => {
      while (!when(output())) await sleep(20);
      await postgres.start();
    });
    assert.match(waited.output(), /The database cannot be reached: .*\. Waiting for it\./);
    assert.match(waited.output(), /the database is there/);
    waited.signal('SIGTERM');
    assert.equal(await waited.ended, 0);
  });

  test('told to stop while its database is away or hangs, ends all the same', async () => {
    const postgres = await startPostgres();
    const settings = { ...(await environmentOf()), DATABASE_URL: urlOf(postgres.connection) };
    const freezes = process.platform === 'linux' ? [postgres.freeze] : [];
    for (const trouble of [...freezes, postgres.stop]) {
      const stopped = await startProcess(settings);
      const partner = partnerOf(stopped, settings.DATA_DIR);
      const account = { server: 'online', account_id: 8 };
      await partner.getAccount(account);
      await trouble();
      const inFlight = partner.getAccount(account);
      const refused = assert.rejects(inFlight, { http: 503 });
      await sleep(100);
      stopped.signal('SIGTERM');
      assert.equal(await stopped.ended, 0);
      await refused;
      postgres.thaw();
    }
  });

  test('reaches its own PostgreSQL whatever the environment tells clients of PostgreSQL', async () => {
    const misleading = {
      PGSSLMODE: 'require',
      PGSSLNEGOTIATION: 'direct',
      PGSSLROOTCERT: '/nowhere',
      PGOPTIONS: '-c default_transaction_read_only=on -c datestyle=german',
      PGHOST: 'nowhere.invalid',
      PGPORT: '1',
      PGUSER: 'nobody',
      PGPASSWORD: 'wrong',
      PGDATABASE: 'nowhere',
      PGREPLICATION: 'database',
      PGCLIENT_ENCODING: 'LATIN1',
      PGCLIENTENCODING: 'LATIN1',
      PGBINARY: 'true',
      PGAPPNAME: 'another',
      PGCONNECT_TIMEOUT: '1',
      PGDATA: '/nowhere',
      PGTZ: 'Asia/Jerusalem',
      PGDATESTYLE: 'German',
    };
    const DATA_DIR = newDataDir();
    const started = await startProcess({ DATA_DIR, ...misleading });
    const partner = partnerOf(started, DATA_DIR);
    await partner.updateAccount({ server: 'online', account_id: 8, account_name: 'Reached' });
    assert.equal((await fetch(`${started.baseUrl}/readyz`)).status, 200);
    started.signal('SIGTERM');
    assert.equal(await started.ended, 0);
  });
});
