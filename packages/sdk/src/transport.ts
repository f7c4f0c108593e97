/** How a call travels: JSON or query, the token, time-outs, repeats of what is safe to repeat. */
import { type Endpoint, Refusal } from '@switchboard/contract';
import { NoAnswer, readAnswer } from './answer.ts';
import { pauseBefore, stillRuns } from './pause.ts';

export type CallOptions = {
  /** 1 to 255 characters; the first answer for a key is replayed for 24 hours. */
  idempotencyKey?: string;
  /** The account's revision as last read; a stale one is refused (`revision_mismatch`). */
  ifMatch?: number | readonly number[] | '*';
  /** 1 to 64 characters `[A-Za-z0-9._-]`, kept in the server's log and events. */
  requestId?: string;
  /** Ends the call, its pauses included; it then throws the signal's own reason. */
  signal?: AbortSignal;
};

export type TransportOptions = {
  /** Such as `https://partners.example.com`. */
  baseUrl: string;
  fetch?: typeof fetch;
  /** Milliseconds for one try; default 30 000. */
  timeoutMs?: number;
  /** How often a call that is safe to repeat is tried again after 429, 503 or a lost connection. */
  retries?: number;
};

type Call = {
  endpoint: Endpoint;
  request: Readonly<Record<string, unknown>>;
  options: CallOptions;
  /** Undefined for calls without one. */
  token: string | undefined;
};

/**
 * One call, with its repeats.
 *
 * @throws Refusal as the service refused it
 * @throws NoAnswer when nothing readable came back
 */
export async function call(
  transport: TransportOptions,
  { endpoint, request, options, token }: Call,
): Promise<Record<string, unknown>> {
  const { idempotencyKey, signal } = options;
  const retries = isRepeatable(endpoint, options) ? (transport.retries ?? 2) : 0;
  let waitsUntil: number | undefined;
  for (let attempt = 0; ; ) {
    try {
      return await once(transport, { endpoint, request, options, token });
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof Refusal || error instanceof NoAnswer)
        error.idempotencyKey = idempotencyKey;
      // What still runs is waited for as long as one more try may take, and is none.
      const waits = retries > 0 && stillRuns(error);
      if (waits) waitsUntil ??= Date.now() + timeoutOf(transport);
      const goesOn = waits ? Date.now() < (waitsUntil ?? 0) : attempt < retries;
      if (!goesOn || !(await pauseBefore(attempt, error, signal))) throw error;
      if (!waits) attempt += 1;
    }
  }
}

/** Milliseconds for one try. */
export const timeoutOf = ({ timeoutMs }: TransportOptions): number => timeoutMs ?? 30_000;

/** Whether a second run changes nothing that the first did not. */
function isRepeatable(endpoint: Endpoint, { idempotencyKey, ifMatch }: CallOptions): boolean {
  if (endpoint.effect === 'read') return true;
  // One access token more does no harm.
  if (endpoint.surface === 'public') return true;
  if (endpoint.idempotent && idempotencyKey !== undefined) return true;
  // Settings are set, not added to; but the first run's own change makes an If-Match stale.
  return endpoint.idempotent === true && endpoint.revisioned === true && ifMatch === undefined;
}

async function once(
  transport: TransportOptions,
  { endpoint, request, options, token }: Call,
): Promise<Record<string, unknown>> {
  const url = new URL(endpoint.path, transport.baseUrl);
  const { ifMatch, idempotencyKey, requestId, signal } = options;
  const headers = new Headers({ accept: 'application/json' });
  if (token) headers.set('authorization', `Bearer ${token}`);
  if (idempotencyKey !== undefined) headers.set('idempotency-key', idempotencyKey);
  if (requestId !== undefined) headers.set('x-request-id', requestId);
  if (ifMatch !== undefined) headers.set('if-match', ifMatchHeader(ifMatch));
  // A redirect would turn a POST into a GET, or carry the secret to another host.
  const init: RequestInit = { method: endpoint.method, headers, redirect: 'manual' };
  if (endpoint.method === 'POST') {
    headers.set('content-type', 'application/json');
    init.body = JSON.stringify(request);
  } else {
    // DELETE too: some proxies drop its body.
    for (const [name, value] of Object.entries(request))
      if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const timeout = AbortSignal.timeout(timeoutOf(transport));
  init.signal = signal ? AbortSignal.any([signal, timeout]) : timeout;
  const fetching = transport.fetch ?? fetch;
  const response = await fetching(url, init).catch((error: unknown) => {
    throw new NoAnswer(`No answer from ${url.origin}: ${causeOf(error)}.`, { cause: error });
  });
  return readAnswer(response);
}

const ifMatchHeader = (ifMatch: NonNullable<CallOptions['ifMatch']>): string =>
  ifMatch === '*'
    ? '*'
    : [ifMatch]
        .flat()
        .map((revision) => `"${revision}"`)
        .join(', ');

/** The words of the innermost error: fetch itself says only "fetch failed". */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause) return causeOf(error.cause);
  return (error.message || error.name).replace(/\.$/, '');
}
