/** The access token of one credential: issued when first needed, renewed before it expires. */
import { endpoints } from '@switchboard/contract';
import { call, type TransportOptions } from './transport.ts';

export type PartnerOptions = TransportOptions & { clientId: string; clientSecret: string };

/** Times are Unix seconds. */
type Token = { token: string; renewAt: number };

// Renewed this early, so that no token expires on its way.
const RENEW_BEFORE_SECONDS = 60;

export class Tokens {
  readonly #options: PartnerOptions;
  /** One request for a token serves all calls that wait for it. */
  #current: Promise<Token> | undefined;

  constructor(options: PartnerOptions) {
    this.#options = options;
  }

  /** @throws Refusal client_invalid, too_many_failures; NoAnswer */
  async get(): Promise<string> {
    this.#current ??= this.#issue();
    const current = this.#current;
    const { token, renewAt } = await current.catch((error: unknown) => {
      if (this.#current === current) this.#current = undefined;
      throw error;
    });
    if (Date.now() / 1000 < renewAt) return token;
    if (this.#current === current) this.#current = undefined;
    return this.get();
  }

  /** Forgets a token that the service refused, unless a newer one is in use already. */
  async drop(refused: string): Promise<void> {
    const current = this.#current;
    const held = await current?.catch(() => undefined);
    if (held?.token === refused && this.#current === current) this.#current = undefined;
  }

  async #issue(): Promise<Token> {
    const { clientId, clientSecret } = this.#options;
    const answer = await call(this.#options, {
      endpoint: endpoints.accessToken,
      request: { client_id: clientId, client_secret: clientSecret },
      options: {},
      token: undefined,
    });
    // A clock that is wrong must not make us ask for a token before every call.
    const soonest = Date.now() / 1000 + RENEW_BEFORE_SECONDS;
    const renewAt = Math.max(Number(answer.expiration_time) - RENEW_BEFORE_SECONDS, soonest);
    return { token: String(answer.access_token), renewAt };
  }
}
