/**
 * A typed client of Switchboard: one method for each endpoint of the contract, with the
 * documented names of its parameters.
 *
 * ```ts
 * import { createPartnerClient, Refusal } from '@switchboard/sdk';
 *
 * const partner = createPartnerClient({ baseUrl, clientId, clientSecret });
 * try {
 *   await partner.updateAccount({ account_id: 8, server: 'online', account_status: 0 });
 * } catch (error) {
 *   if (error instanceof Refusal && error.reason === 'account_not_found') …
 * }
 * ```
 *
 * What happened is read on and on, from wherever the last reader came to:
 *
 * ```ts
 * for await (const { events, cursor } of partner.events({ cursor: stored, signal })) {
 *   for (const event of events) …
 *   store(cursor);
 * }
 * ```
 *
 * It gets access tokens by itself, renews them before they expire and once when one is refused.
 * After 429, 503 or a lost connection it repeats what is safe to repeat: reads, calls with an
 * `idempotencyKey` (createAccount gets one by itself), and updateAccount without `ifMatch`. While
 * the first try with a key still runs it waits for that one's answer.
 * A call that was refused throws `Refusal`; one without a readable answer throws `NoAnswer`. Both
 * say the `idempotencyKey` they were made with: repeat the call with it, and nothing is made twice.
 *
 * `verifyPush` is for receivers of webhooks: it proves what arrived, and reads it.
 */
import {
  type Answer,
  type Endpoint,
  type EndpointName,
  type Endpoints,
  endpoints,
  Refusal,
  type Request,
} from '@switchboard/contract';
import { type EventsOptions, type EventsPage, followEvents } from './events.ts';
import { type PartnerOptions, Tokens } from './tokens.ts';
import { type CallOptions, call, type TransportOptions } from './transport.ts';

export { type EndpointName, Refusal } from '@switchboard/contract';
export { NoAnswer, readAnswer } from './answer.ts';
export type { EventsOptions, EventsPage, FeedEvent } from './events.ts';
export type { PartnerOptions } from './tokens.ts';
export type { CallOptions, TransportOptions } from './transport.ts';
export {
  type Push,
  type PushHeaders,
  PushInvalid,
  type UnknownPush,
  verifyPush,
} from './verify-push.ts';

type Surface = Endpoint['surface'];
type NamesOf<S extends Surface> = {
  [N in EndpointName]: Endpoints[N]['surface'] extends S ? N : never;
}[EndpointName];
/** A request whose parameters are all optional may be left out. */
type Arguments<R> =
  Record<string, never> extends R
    ? [request?: R, options?: CallOptions]
    : [request: R, options?: CallOptions];
type Methods<S extends Surface> = {
  readonly [K in NamesOf<S>]: (...args: Arguments<Request<K>>) => Promise<Ok<Answer<K>>>;
};
type Ok<A> = { status: 'OK'; reason: 1 } & A;

/** Every call of the Partner API by its name, and the token it uses. */
export type PartnerClient = Methods<'partner'> & {
  /** The access token in use; a new one when the last is about to expire. */
  accessToken(): Promise<string>;
  /**
   * The feed page by page, which goes on when it is at its end, through failures that pass. It ends
   * by its `signal`, without an error, or when the loop is left.
   */
  events(options?: EventsOptions): AsyncGenerator<EventsPage, void, undefined>;
};
/** The calls that need no token. */
export type PublicClient = Methods<'public'>;
export type OperatorClient = Methods<'operator'>;

/** A client for one partner's credential. */
export function createPartnerClient(options: PartnerOptions): PartnerClient {
  const tokens = new Tokens(options);
  const methods = methodsOf('partner', async (made) => {
    const token = await tokens.get();
    try {
      return await call(options, { ...made, token });
    } catch (error) {
      const refused = error instanceof Refusal && error.reason === 'access_token_invalid';
      if (!refused) throw error;
      await tokens.drop(token);
      return call(options, { ...made, token: await tokens.get() });
    }
  });
  const { getEvents } = methods as Methods<'partner'>;
  return {
    ...methods,
    accessToken: () => tokens.get(),
    events: (following) => followEvents(getEvents, options, following),
  } as PartnerClient;
}

/** A client without a credential, to ask for access tokens. */
export function createPublicClient(options: TransportOptions): PublicClient {
  return methodsOf('public', (made) => call(options, { ...made, token: undefined })) as never;
}

/** @param token the OPERATOR_TOKEN; undefined on the unix socket */
export function createOperatorClient(options: TransportOptions, token?: string): OperatorClient {
  return methodsOf('operator', (made) => call(options, { ...made, token })) as never;
}

type Made = { endpoint: Endpoint; request: Record<string, unknown>; options: CallOptions };

function methodsOf(surface: Surface, run: (made: Made) => Promise<unknown>): object {
  const methods = Object.entries<Endpoint>(endpoints)
    .filter(([, endpoint]) => endpoint.surface === surface)
    .map(([name, endpoint]) => [
      name,
      (request: Record<string, unknown> = {}, options: CallOptions = {}) =>
        run({ endpoint, request, options: withKey(endpoint, request, options) }),
    ]);
  return Object.fromEntries(methods);
}

/**
 * What does harm when it runs twice gets a key, and with it can be repeated safely: a creation,
 * and a switch, which must not be repeated after somebody else's switch.
 */
function withKey(endpoint: Endpoint, request: object, options: CallOptions): CallOptions {
  const harms = !endpoint.revisioned || 'account_status' in request;
  return endpoint.idempotent && harms && options.idempotencyKey === undefined
    ? { ...options, idempotencyKey: crypto.randomUUID() }
    : options;
}
