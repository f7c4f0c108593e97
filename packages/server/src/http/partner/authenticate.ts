/**
 * From the Bearer token to the partner. What this process remembers of a token is a guess: good
 * for the rate limit, never for an answer. `confirm` asks the database after the request arrived.
 */
import { Refusal } from '@switchboard/contract';
import type { Database } from '../../database/database.ts';
import type { ByToken } from '../../operation.ts';
import { confirmTokenStatement } from '../../partners/credentials/access-token.ts';
import { sha256 } from '../../secret.ts';
import { bearerToken } from './authorization.ts';

const REMEMBERED_TOKENS = 10_000;

export class Authenticator {
  readonly #database: Database;
  /** Token hash → what it was when last confirmed; the oldest is forgotten first. */
  readonly #guesses = new Map<string, ByToken>();

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * The caller, surely or by a guess.
   *
   * @throws Refusal token_missing, or access_token_invalid when the database knows no such token
   */
  async identify(authorization: string | undefined): Promise<{ caller: ByToken; sure: boolean }> {
    const token = bearerToken(authorization);
    if (token === undefined) throw new Refusal('token_missing');
    const hash = sha256(token);
    const guess = this.#guesses.get(hash.toString('latin1'));
    if (guess) return { caller: guess, sure: false };
    return { caller: await this.confirm(hash), sure: true };
  }

  /**
   * Proves a token by a statement that begins now.
   *
   * @throws Refusal access_token_invalid
   */
  async confirm(tokenHash: Buffer): Promise<ByToken> {
    const key = tokenHash.toString('latin1');
    const caller = await this.#database.gathered(confirmTokenStatement, tokenHash);
    this.#guesses.delete(key);
    if (!caller) throw new Refusal('access_token_invalid');
    if (this.#guesses.size >= REMEMBERED_TOKENS)
      this.#guesses.delete(this.#guesses.keys().next().value ?? '');
    this.#guesses.set(key, caller);
    return caller;
  }
}
