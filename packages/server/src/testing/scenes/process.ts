/** For tests of the real process: its settings on a database of its own, and its partner. */
import assert from 'node:assert/strict';
import { createPartnerClient } from '@switchboard/sdk';
import type pg from 'pg';
import { readQuickstart } from '../../quickstart/quickstart.ts';
import { newDataDir, type TestProcess } from '../process.ts';
import { cloneDatabase } from '../service.ts';

const SECRET_KEY = '5a'.repeat(32);

/** The settings of a process on a database of its own that somebody else runs. */
export async function environmentOf(settings: Record<string, string> = {}) {
  return {
    DATABASE_URL: urlOf(await cloneDatabase()),
    SECRET_KEY,
    DATA_DIR: newDataDir(),
    ...settings,
  };
}

/** A connection as a DATABASE_URL. */
export function urlOf({ host, user, database }: pg.PoolConfig): string {
  return `postgres:///${database}?${new URLSearchParams({ host: `${host}`, user: `${user}` })}`;
}

/** The partner of a quick start. */
export function partnerOf(running: TestProcess, dataDir: string) {
  const { baseUrl } = running;
  const quickstart = readQuickstart(dataDir, baseUrl);
  assert.ok(quickstart);
  const { client_id: clientId, client_secret: clientSecret } = quickstart;
  return createPartnerClient({ baseUrl, clientId, clientSecret, retries: 0 });
}
