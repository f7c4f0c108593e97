import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generate } from 'otplib';
import sql from 'sql-template-tag';
import { proveSecretKey } from '../secret-key.ts';
import { password, startFactors } from '../testing/scenes/second-factor.ts';
import { startService } from '../testing/service.ts';
import { newVisitor } from '../testing/visitor.ts';
import { createLog } from './log.ts';
import { tellRotation } from './rotation.ts';

test('a rotation takes apps along at the start, and says what the new key alone would end, and when', async () => {
  const scene = await startFactors();
  const { database, config } = scene.service;
  const [old = ''] = config.secretKeys ?? [];
  const fresh = '22'.repeat(32);
  const told = async (keys: string[]) => {
    const lines: string[] = [];
    await proveSecretKey(database, keys);
    await tellRotation(database, keys, createLog('warn', { write: (line) => lines.push(line) }));
    return lines.join('');
  };
  const { email } = await scene.person();
  const { secret, backupCodes } = await scene.setUpApp(await scene.signedIn(email));
  assert.equal(await told([old]), '');

  const words = await told([fresh, old]);
  assert.match(words, /1 person has backup codes of an older key/);
  const [rotated] = await database.read((db) =>
    db.query<{ day: string }>(sql`
      select to_char(at + interval '7 days', 'YYYY-MM-DD HH24:MI') as day
      from events where type = 'installation.key_rotated' and actor_kind = 'system'`),
  );
  assert.ok(words.includes(`from ${rotated?.day} UTC on`), words);
  // Another start of the same rotation begins no other one.
  assert.ok((await told([fresh, old])).includes(`from ${rotated?.day} UTC on`));

  const alone = await startService({ beside: scene.service, environment: { SECRET_KEY: fresh } });
  const passes = async (path: string, code: string) => {
    const visitor = newVisitor(alone);
    await visitor.signIn(email);
    return { visitor, http: (await scene.post(visitor, path, { code })).http };
  };
  assert.notEqual((await passes('verify-backup-code', backupCodes[0] ?? '')).http, 200);
  // The code of this half minute was taken when the app was set up.
  await database.write((db) => db.query(sql`update two_factors set last_step = 0`));
  const { visitor, http } = await passes('verify-totp', await generate({ secret }));
  assert.equal(http, 200);
  const made = await scene.post(visitor, 'generate-backup-codes', { password });
  const [code = ''] = made.body.backupCodes as string[];
  assert.equal((await passes('verify-backup-code', code)).http, 200);
  assert.match(await told([fresh, old]), /No backup codes depend on an older key\./);

  // A node that still had the old key first took the app back meanwhile.
  const lines: string[] = [];
  const log = createLog('warn', { write: (line) => lines.push(line) });
  await tellRotation(database, [old, fresh], log);
  lines.length = 0;
  await tellRotation(database, [fresh], log);
  assert.match(lines.join(''), /An authenticator app belongs to an older SECRET_KEY/);
});

test('keys of which none came into force lately say what their order means', async () => {
  const { database, config } = await startService();
  const lines: string[] = [];
  const log = createLog('warn', { write: (line) => lines.push(line) });
  await tellRotation(database, [...(config.secretKeys ?? []), '33'.repeat(32)], log);
  assert.match(lines.join(''), /No rotation began within the last 7 days/);
  assert.doesNotMatch(lines.join(''), /start with the first alone/);
});
