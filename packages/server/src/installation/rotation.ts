/** Says at the start what a rotation of SECRET_KEY has still to wait for. */

import type { FastifyBaseLogger } from 'fastify';
import sql from 'sql-template-tag';
import type { Database } from '../database/database.ts';
import { countOlder, reseal } from '../database/sealed-column.ts';
import { sealedSecrets } from '../delivery/webhook.ts';
import { countOlderBackupCodes, sealedApps } from '../people/factors/rotation.ts';
import { identityKeys } from '../people/keys.ts';
import { SESSION_SECONDS } from '../people/sessions/session.ts';
import { derivedKeys } from '../sealing.ts';

/** Seals anew what can be, and logs from when on the first of these keys suffices. */
export async function tellRotation(
  database: Database,
  secretKeys: readonly string[],
  log: FastifyBaseLogger,
): Promise<void> {
  const keys = identityKeys(secretKeys);
  const apps = sealedApps(keys);
  const [secrets, previousSecrets] = sealedSecrets(derivedKeys(secretKeys, 'webhooks'));
  if (secretKeys.length < 2) {
    const left = {
      apps: await countOlder(database, apps),
      webhooks: await countOlder(database, secrets),
    };
    return tellLeft(left, log);
  }
  const unreadable = await reseal(database, apps);
  const unsigned = await reseal(database, secrets);
  await reseal(database, previousSecrets);
  const people = await countOlderBackupCodes(database, keys);
  // Idempotency keys last a day, sign-ins longer; nothing else that was made with a key is kept.
  const [row] = await database.read((db) =>
    db.query<{ at: Date | null }>(sql`
      select max(at) + ${SESSION_SECONDS} * interval '1 second' as at
      from events
      where type = 'installation.key_rotated'
        and at > now() - ${SESSION_SECONDS} * interval '1 second'`),
  );
  const day = row?.at?.toISOString().slice(0, 16).replace('T', ' ');
  const sentences = [
    'SECRET_KEY rotates: the first key is in force, what was made with the others still counts.',
    day
      ? `Once every node starts with these keys in this order, start with the first alone from ${day} UTC on; sooner, people must sign in again and repeated calls may be refused.`
      : 'No rotation began within the last 7 days: an old key that stands last may go, a new one is in force once it is the first.',
    people > 0
      ? `${people} ${people === 1 ? 'person has' : 'people have'} backup codes of an older key, which end with it: they can generate new ones in their profile.`
      : 'No backup codes depend on an older key.',
    unreadable > 0 ? `${unreadable} authenticator apps belong to a key that is not given.` : '',
    unsigned > 0
      ? `The secrets of ${unsigned} webhooks belong to a key that is not given: nothing is delivered there until their partners make new ones (\`rotateWebhookSecret\`).`
      : '',
  ];
  log.warn(sentences.filter(Boolean).join(' '));
}

/** What was made by a node that still had the old key when the others had taken everything along. */
function tellLeft({ apps, webhooks }: { apps: number; webhooks: number }, log: FastifyBaseLogger) {
  const found = [
    apps > 0 && (apps === 1 ? 'An authenticator app' : `${apps} authenticator apps`),
    webhooks > 0 && (webhooks === 1 ? "a webhook's secret" : `the secrets of ${webhooks} webhooks`),
  ].filter((what) => what !== false);
  if (found.length === 0) return;
  const [first = ''] = found;
  const what = found.join(' and ').replace(first, first[0]?.toUpperCase() + first.slice(1));
  log.warn(
    `${what} ${apps + webhooks === 1 ? 'belongs' : 'belong'} to an older SECRET_KEY: start once with "new,old", which takes them along.`,
  );
}
