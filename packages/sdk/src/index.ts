/**
 * A typed client of the Partner API: one method for each endpoint of the contract. It gets tokens
 * by itself, renews them before they expire, and repeats what is safe to repeat.
 */
import {
  type Answer,
  type EndpointName,
  type Endpoints,
  endpoints,
  Refusal,
  type Request,
} from '@switchboard/contract';
import { type CallOptions, call, type TransportOptions } from './transport.ts';

export { type EndpointName, Refusal } from '@switchboard/contract';
export { type CallOptions, NoAnswer } from './transport.ts';

type NamesOf<S extends string> = {
  [N in EndpointName]: Endpoints[N]['surface'] extends S ? N : never;
}[EndpointName];
/** A request whose parameters are all optional may be left out. */
type Arguments<R> =
  Record<string, never> extends R
    ? [request?: R, options?: CallOptions]
    : [request: R, options?: CallOptions];
type Methods<N extends EndpointName> = {
  readonly [K in N]: (...args: Arguments<Request<K>>) => Promise<Ok<Answer<K>>>;
};
type Ok<A> = { status: 'OK'; reason: 1 } & A;

export type PartnerOptions = TransportOptions & { clientId: string; clientSecret: string };

/** Every call of the Partner API by its name, and the token it uses. */
export type PartnerClient = Methods<NamesOf<'partner'>> & {
  /** The access token in use; a new one when the last is about to expire. */
  accessToken(): Promise<string>;
};
export type OperatorClient = Methods<NamesOf<'operator'>>;

// Renewed this early, so that no token expires on its way.
const RENEW_BEFORE_SECONDS = 60;

/**
 * A client for one partner's credential.
 *
 * @example
 * const partner = createPartnerClient({ baseUrl, clientId, clientSecret });
 * await partner.updateAccount({ account_id: 8, server: 'online', account_status: 0 });
 */
export function createPartnerClient(options: PartnerOptions): PartnerClient {
  const tokens = new Tokens(options);
  const methods = methodsOf('partner', async (endpoint, request, callOptions) => {
    const token = await tokens.get();
    try {
      return await call(options, endpoint, request, callOptions, token);
    } catch (error) {
      const expired = error instanceof Refusal && error.reason === 'access_token_invalid';
      if (!expired) throw error;
      await tokens.drop(token);
      return call(options, endpoint, request, callOptions, await tokens.get());
    }
  });
  return { ...methods, accessToken: () => tokens.get() } as PartnerClient;
}

/** @param token the OPERATOR_TOKEN; undefined on the unix socket */
export function createOperatorClient(options: TransportOptions, token?: string): OperatorClient {
  return methodsOf('operator', (endpoint, request, callOptions) =>
    call(options, endpoint, request, callOptions, token),
  ) as OperatorClient;
}

type Caller = (
  endpoint: Endpoints[EndpointName],
  request: Readonly<Record<string, unknown>>,
  options: CallOptions,
) => Promise<unknown>;

function methodsOf(surface: 'partner' | 'operator', run: Caller): object {
  const methods = Object.entries(endpoints)
    .filter(([, endpoint]) => endpoint.surface === surface)
    .map(([name, endpoint]) => [
      name,
      (request: Record<string, unknown> = {}, callOptions: CallOptions = {}) =>
        run(endpoint, request, withKey(name, callOptions)),
    ]);
  return Object.fromEntries(methods);
}

/** Creating twice does harm, so every createAccount has a key and can be repeated safely. */
const withKey = (name: string, options: CallOptions): CallOptions =>
  name === 'createAccount' && !options.idempotencyKey
    ? { ...options, idempotencyKey: crypto.randomUUID() }
    : options;

/** Times are Unix seconds. */
type Token = { token: string; renewAt: number };

class Tokens {
  readonly #options: PartnerOptions;
  #current: Promise<Token> | undefined;

  constructor(options: PartnerOptions) {
    this.#options = options;
  }

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
    const answer = await call(
      this.#options,
      endpoints.accessToken,
      { client_id: clientId, client_secret: clientSecret },
      {},
      undefined,
    );
    // A clock that is wrong must not make us ask for a token before every call.
    const soonest = Date.now() / 1000 + RENEW_BEFORE_SECONDS;
    const renewAt = Math.max(Number(answer.expiration_time) - RENEW_BEFORE_SECONDS, soonest);
    return { token: String(answer.access_token), renewAt };
  }
}
