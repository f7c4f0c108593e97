import assert from 'node:assert/strict';
import { test } from 'node:test';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { openPostgres } from '../database/postgres.ts';
import { cloneDatabase } from '../testing.ts';
import { atEnd } from '../testing-ends.ts';
import { createIdentity } from './identity.ts';
import { identitySecret } from './session-cookie.ts';

const connection = await cloneDatabase();
const database = openPostgres({ connection });
atEnd(() => database.close());
const log = { debug() {}, error() {} };
const identityOf = (keys: string[]) =>
  createIdentity({
    database,
    cookies: { secrets: keys.map(identitySecret), secure: false },
    mailer: { post() {} },
    addressOf: () => 'http://localhost',
    log,
  });
const { settings } = identityOf(['a key']);

test('finds nothing to add to our tables', async () => {
  const { toBeCreated, toBeAdded } = await getMigrations(settings);
  assert.deepEqual([toBeCreated, toBeAdded], [[], []]);
});

test('would find a column that is missing', async () => {
  const other = { ...settings, user: { ...settings.user, additionalFields: { phone: text } } };
  const { toBeAdded } = await getMigrations(other);
  assert.deepEqual(toBeAdded[0]?.fields, { phone: text });
});
const text = { type: 'string', required: false } as const;

test('keeps no session in a cookie, lengthens none, lets nobody sign up and reports nothing', () => {
  assert.equal(settings.session.cookieCache.enabled, false);
  assert.equal(settings.session.disableSessionRefresh, true);
  assert.equal(settings.emailAndPassword.disableSignUp, true);
  assert.equal(settings.telemetry.enabled, false);
  assert.equal(settings.rateLimit.enabled, false);
});

test('is told no column of ours, so that it can write none', async () => {
  const { options, tables } = await betterAuth(settings).$context;
  for (const model of [options.user, options.session, options.account, options.verification])
    assert.ok(!('additionalFields' in (model ?? {})));
  const columns = Object.values(tables).flatMap(({ fields }) =>
    Object.entries(fields).map(([name, field]) => field.fieldName ?? name),
  );
  const ours = /^(realm|number|link_.*|email_proved_at|two_factor_email|language)$/;
  assert.deepEqual(
    columns.filter((name) => ours.test(name)),
    [],
  );
});

test('knows a key by the same number, wherever it stands among others', () => {
  const [alone] = settings.secrets;
  const [fresh, old] = identityOf(['another key', 'a key']).settings.secrets;
  assert.deepEqual(old, alone);
  assert.notEqual(fresh?.version, old?.version);
});
