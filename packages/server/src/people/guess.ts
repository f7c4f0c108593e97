/**
 * One guess of a password or code, in two transactions around what takes time: one reserves the try
 * and reads what it is compared with, one judges and writes. A right guess gives the try back.
 */
import { giveBack, type Limit, reserve, settleFailure, TooManyTries } from '../attempts/attempt.ts';
import { networkOf } from '../attempts/network.ts';
import type { Db } from '../database/database.ts';
import { record } from '../events/event.ts';
import { Failure } from '../failure.ts';
import { hashing } from './passwords/password.ts';
import { isMarkedFor } from './sessions/device.ts';
import { recorderOf, type Visit, type Write } from './visit.ts';

/** What costs a try. */
const WRONG = new Set(['wrong_credentials', 'wrong_password', 'wrong_code']);

export type Guess<B, T> = {
  /** Of whom the guess is; a browser of theirs goes before strangers. */
  email: string;
  /** Reads what is compared; says under which limits the try is counted, and whose it is. */
  begin(db: Db): Promise<{ limits: Limit[]; personId: string | undefined; begun: B }>;
  /**
   * Judges; `write` is the transaction that settles a right guess with what it makes. What was read
   * in `begin` may have changed by then: it is compared again there, under the person's lock.
   */
  judge(begun: B, write: Write): Promise<T>;
  /** After a failure that was the last of its limit. */
  blocked?(begun: B): void;
};

/** @throws Failure too_many_failures, or what `judge` throws; QueueFull */
export function guess<B, T>(
  visit: Visit,
  { email, begin, judge, blocked }: Guess<B, T>,
): Promise<T> {
  const first = isMarkedFor(visit.cookies.device, email);
  return hashing.take(networkOf(visit.address), first, async () => {
    const { limits, personId, begun } = await refusing(
      visit.write(async (db) => {
        const read = await begin(db);
        await reserve(db, read.limits);
        return read;
      }),
    );
    let settled = false;
    const write: Write = (work) =>
      visit.write(async (db) => {
        const made = await work(db);
        await giveBack(db, limits);
        settled = true;
        return made;
      });
    try {
      const made = await judge(begun, write);
      if (!settled) await visit.write((db) => giveBack(db, limits));
      return made;
    } catch (error) {
      const failed = error instanceof Failure && WRONG.has(error.code);
      if (failed && (await fail(visit, limits, personId))) blocked?.(begun);
      if (!failed) await visit.write((db) => giveBack(db, limits));
      throw error;
    }
  });
}

/** Whether a block began; the log then says of whom. */
const fail = (visit: Visit, limits: Limit[], personId: string | undefined): Promise<boolean> =>
  visit.write(async (db) => {
    const reached = await settleFailure(db, limits);
    if (reached && personId !== undefined)
      await record(db, recorderOf(visit, personId), {
        type: 'person.blocked',
        partnerId: null,
        subject: personId,
      });
    return reached;
  });

/** @throws Failure in place of TooManyTries */
export async function refusing<T>(
  work: Promise<T>,
  code: 'too_many_failures' | 'too_many_writes' = 'too_many_failures',
): Promise<T> {
  return work.catch((error: unknown) => {
    if (!(error instanceof TooManyTries)) throw error;
    throw new Failure(code, { retryAfterSeconds: error.seconds });
  });
}
