/**
 * `Idempotency-Key`: the first answer is kept for 24 hours, in the transaction of its change, and
 * replayed byte for byte (secrets in it are not kept: `secrets.ts`). A key either replays or runs: never twice, never stuck. Only a keyed
 * HMAC of the body is kept.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Refusal } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Database, Db, Transaction } from '../../database/database.ts';
import { type Answered, isKept } from './answers.ts';

export type KeyedCall = {
  partnerId: number;
  /** Whoever calls: their keys are their own. */
  actor: string;
  key: string;
  /** The endpoint's name. */
  call: string;
  body: Buffer;
};

/** Where a keyed call writes: one transaction, opened by its first write. */
export type Unit = { write<T>(work: (db: Db) => Promise<T>): Promise<T> };

export type Kept = Answered & { replayed: boolean };

/**
 * The key of a request.
 *
 * @throws Refusal idempotency_key_invalid unless it is 1 to 255 printable ASCII characters
 */
export function readKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header !== 'string' || !/^[\x20-\x7e]{1,255}$/.test(header))
    throw new Refusal('idempotency_key_invalid');
  return header;
}

/**
 * For a call that keeps no answers: ignoring a key would let its sender repeat it as if it were safe.
 *
 * @throws Refusal idempotency_key_invalid
 */
export function refuseKey(call: string, header: string | string[] | undefined): void {
  if (header === undefined) return;
  throw new Refusal('idempotency_key_invalid', {
    message: `${call} takes no Idempotency-Key; send it without one.`,
  });
}

/**
 * Runs a call once for its key, or replays its answer.
 *
 * @param run the call; a refusal it throws undoes its writes and is kept as the answer
 * @param failed the answer for such a refusal
 * @throws Refusal idempotency_key_conflict for another body or call; idempotency_key_running while
 *   the first still runs, whatever its body
 */
export async function once(
  database: Database,
  secretKeys: readonly string[],
  call: KeyedCall,
  run: (unit: Unit) => Promise<Answered>,
  failed: (refusal: Refusal) => Answered,
): Promise<Kept> {
  const fingerprints = secretKeys.map((key) => fingerprint(key, call));
  const earlier = await database.read((db) => findKept(db, call, fingerprints));
  if (earlier) return earlier;

  const unit = new LazyUnit(database, call, fingerprints);
  try {
    const answered = await run(unit).catch(async (error: unknown) => {
      if (!(error instanceof Refusal) || !isKept(error)) throw error;
      await unit.undo();
      return failed(error);
    });
    await unit.commit(answered);
    return { ...answered, replayed: false };
  } catch (error) {
    await unit.rollback();
    if (error instanceof Replay) return error.kept;
    throw error;
  }
}

/** Another request finished with this key while this one prepared its own. */
class Replay extends Error {
  readonly kept: Kept;
  constructor(kept: Kept) {
    super('replay');
    this.kept = kept;
  }
}

class LazyUnit implements Unit {
  readonly #database: Database;
  readonly #call: KeyedCall;
  readonly #fingerprints: Buffer[];
  #transaction: Transaction | undefined;

  constructor(database: Database, call: KeyedCall, fingerprints: Buffer[]) {
    this.#database = database;
    this.#call = call;
    this.#fingerprints = fingerprints;
  }

  async write<T>(work: (db: Db) => Promise<T>): Promise<T> {
    return work(await this.#open());
  }

  async undo(): Promise<void> {
    await this.#transaction?.query(sql`rollback to savepoint call`);
  }

  async commit(answered: Answered): Promise<void> {
    const { partnerId, actor, key, call } = this.#call;
    const transaction = await this.#open();
    await transaction.query(sql`
      insert into idempotency_keys
        (partner_id, actor, key, call, request_hmac, http_status, etag, answer)
      values (${partnerId}, ${actor}, ${key}, ${call}, ${this.#fingerprints[0]},
              ${answered.http}, ${answered.etag ?? null}, ${answered.kept ?? answered.text})
      on conflict (partner_id, actor, key) do update -- one that expired and is not yet swept away
      set call = excluded.call, request_hmac = excluded.request_hmac,
          http_status = excluded.http_status, etag = excluded.etag, answer = excluded.answer,
          created_at = excluded.created_at`);
    await transaction.commit();
  }

  async rollback(): Promise<void> {
    await this.#transaction?.rollback();
  }

  async #open(): Promise<Transaction> {
    if (this.#transaction) return this.#transaction;
    this.#transaction = await this.#database.begin();
    const { partnerId, actor, key } = this.#call;
    const [lock] = await this.#transaction.query<{ held: boolean }>(sql`
      select pg_try_advisory_xact_lock(hashtextextended(${`${actor} ${key}`}, ${partnerId})) as held`);
    if (!lock?.held) throw new Refusal('idempotency_key_running', { retryAfterSeconds: 1 });
    // A statement of its own, so that it sees what the lock's last holder committed.
    const earlier = await findKept(this.#transaction, this.#call, this.#fingerprints);
    if (earlier) throw new Replay(earlier);
    await this.#transaction.query(sql`savepoint call`);
    return this.#transaction;
  }
}

async function findKept(
  db: Db,
  { partnerId, actor, key, call }: KeyedCall,
  fingerprints: Buffer[],
): Promise<Kept | undefined> {
  const [row] = await db.query<{
    call: string;
    request_hmac: Buffer;
    http_status: number;
    etag: string | null;
    answer: string;
  }>(sql`
    select call, request_hmac, http_status, etag, answer
    from idempotency_keys
    where partner_id = ${partnerId} and actor = ${actor} and key = ${key}
      and created_at > now() - interval '24 hours'`);
  if (!row) return undefined;
  const same = fingerprints.some((print) => timingSafeEqual(print, row.request_hmac));
  if (row.call !== call || !same) throw new Refusal('idempotency_key_conflict');
  return { http: row.http_status, etag: row.etag ?? undefined, text: row.answer, replayed: true };
}

function fingerprint(secretKey: string, { call, body }: KeyedCall): Buffer {
  return createHmac('sha256', `idempotency:${secretKey}`).update(`${call}\n`).update(body).digest();
}
