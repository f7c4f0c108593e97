/** Housekeeping, hourly: what has expired goes, accounts deleted 30 days ago are erased. */
import type { FastifyBaseLogger } from 'fastify';
import sql from 'sql-template-tag';
import { sweepInvitations } from './agents/invitations/invitation.ts';
import { sweepLoginLinks } from './agents/login-link.ts';
import { sweepAttempts } from './attempts/attempt.ts';
import { type Database, DatabaseUnavailable } from './database/database.ts';
import { sweepDeliveries } from './delivery/sweep-deliveries.ts';
import { sweepMailAnswers, sweepMailSent } from './owed-mail/owed-mail.ts';
import { sweepAccessTokens } from './partners/credentials/access-token.ts';
import { sweepSecrets } from './partners/credentials/credential.ts';
import { sweepChallenges } from './people/factors/challenge.ts';
import { sweepResets } from './people/passwords/password-reset.ts';
import { sweepSessions } from './people/sessions/end-session.ts';

const HOUR_MS = 3_600_000;
// After a long stop there may be much to remove; nobody waits for it.
const PATIENCE = { statementSeconds: 60 };

/** Sweeps now and every hour; the returned function ends that, and waits for a sweep under way. */
export function startSweeping(database: Database, log: FastifyBaseLogger): () => Promise<void> {
  const run = () =>
    sweep(database).catch(({ errors }: AggregateError) => {
      for (const error of errors) {
        const level = error instanceof DatabaseUnavailable ? 'warn' : 'error';
        log[level]({ err: error }, 'housekeeping failed; it is tried again within the hour');
      }
    });
  let running = run();
  const timer = setInterval(() => {
    running = run();
  }, HOUR_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}

const expired = [
  sweepAccessTokens,
  sweepSecrets,
  // Its table is http's own, which nothing here may import.
  sql`delete from idempotency_keys where created_at < now() - interval '24 hours'`,
  sweepAttempts,
  sweepMailSent,
  ...sweepMailAnswers,
  sweepSessions,
  sweepChallenges,
  sweepResets,
  sweepLoginLinks,
  sweepInvitations,
];

/**
 * One sweep. Nothing that it removes decides anything any more: every use checks the time.
 *
 * @throws AggregateError of all that went wrong: what can be removed is, all the same
 */
export async function sweep(database: Database): Promise<void> {
  const errors: unknown[] = [];
  const attempt = <T>(work: Promise<T>) =>
    work.catch((error: unknown) => {
      errors.push(error);
    });
  for (const statement of expired)
    await attempt(database.write((db) => db.query(statement), PATIENCE));
  await attempt(sweepDeliveries(database, PATIENCE));
  const due = await attempt(
    database.read((db) =>
      db.query<{ server: string; account_id: number }>(sql`
        select server, account_id from accounts
        where deleted_at <= now() - interval '30 days' and erased_at is null`),
    ),
  );
  for (const { server, account_id } of due ?? [])
    await attempt(
      database.write(
        (db) => db.query(sql`select erase_account(${server}, ${account_id})`),
        PATIENCE,
      ),
    );
  if (errors.length > 0) throw new AggregateError(errors, 'Not everything was removed.');
}
