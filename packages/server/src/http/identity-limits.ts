/**
 * Limits of the identity paths (`entry.md`, Hosts, origins, cookies): failures per address and
 * e-mail, and calls that send mail, each under a name of its own.
 */
import type { Database } from '../database/database.ts';
import { Failure } from '../failure.ts';
import { countFailure, secondsBlocked, type Tried } from '../partners/login-failures.ts';
import type { IdentityPath } from './identity-paths.ts';

export type Limits = {
  /** Before the call; counts it where it sends mail. @throws Failure too_many_failures */
  check(): Promise<void>;
  /** @throws Failure too_many_failures */
  checkAgain(): Promise<void>;
  /** Counts a failure; answers what to fail with: itself, or too_many_failures. */
  fail(failure: unknown): Promise<unknown>;
};

/** What costs a try. */
const GUESSES = ['wrong_credentials', 'wrong_password', 'wrong_code'];

/** @param email of whom the call is about; undefined where nobody is known */
export function limitsOf(
  database: Database,
  from: Tried,
  path: IdentityPath,
  email: string | undefined,
): Limits {
  const name = email?.toLowerCase() ?? '';
  const count = async (tried: Tried, counted: string) => {
    refuseFor(await database.write((db) => countFailure(db, tried, counted)));
  };
  const check = async () => {
    if (path.guesses) refuseFor(await database.read((db) => secondsBlocked(db, from, name)));
  };
  return {
    checkAgain: check,
    async check() {
      await check();
      // Letters are a nuisance to one person, nothing to block a whole address for; and whoever
      // failed ten times may well need one.
      if (path.mails) await count({ ...from, addressShared: true }, `${path.mails}:${name}`);
    },
    async fail(failure) {
      if (!path.guesses || !(failure instanceof Failure) || !GUESSES.includes(failure.code))
        return failure;
      return count(from, name).then(
        () => failure,
        (blocked: unknown) => blocked,
      );
    },
  };
}

function refuseFor(seconds: number): void {
  if (seconds > 0) throw new Failure('too_many_failures', { retryAfterSeconds: seconds });
}
