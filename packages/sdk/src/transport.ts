/** How a call travels: JSON or query, the token, time-outs, repeats of what is safe to repeat. */
import { type Endpoint, type ReasonName, Refusal, reasonOf } from '@switchboard/contract';

export type CallOptions = {
  /** 1 to 255 characters; the first answer for a key is replayed for 24 hours. */
  idempotencyKey?: string;
  /** The account's revision as last read; a stale one is refused (`revision_mismatch`). */
  ifMatch?: number | readonly number[] | '*';
  /** 1 to 64 characters `[A-Za-z0-9._-]`, kept in the server's log and events. */
  requestId?: string;
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

/** The service did not answer, or not in the shape of its contract. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

const LONGEST_WAIT_MS = 10_000;

/**
 * One call, with its repeats.
 *
 * @param token undefined for calls without one
 * @throws Refusal as the service refused it
 * @throws NoAnswer when nothing readable came back
 */
export async function call(
  options: TransportOptions,
  endpoint: Endpoint,
  request: Readonly<Record<string, unknown>>,
  callOptions: CallOptions,
  token: string | undefined,
): Promise<Record<string, unknown>> {
  const repeatable =
    endpoint.effect === 'read' ||
    callOptions.idempotencyKey !== undefined ||
    (endpoint.revisioned === true &&
      callOptions.ifMatch === undefined &&
      endpoint.method === 'POST');
  const retries = repeatable ? (options.retries ?? 2) : 0;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await once(options, endpoint, request, callOptions, token);
    } catch (error) {
      const passes =
        error instanceof NoAnswer || (error instanceof Refusal && [429, 503].includes(error.http));
      if (!passes || attempt >= retries || callOptions.signal?.aborted) throw error;
      await pause(error, attempt);
    }
  }
}

async function once(
  options: TransportOptions,
  endpoint: Endpoint,
  request: Readonly<Record<string, unknown>>,
  callOptions: CallOptions,
  token: string | undefined,
): Promise<Record<string, unknown>> {
  const url = new URL(endpoint.path, options.baseUrl);
  const { ifMatch, idempotencyKey, requestId, signal } = callOptions;
  const headers = new Headers({ accept: 'application/json' });
  if (token) headers.set('authorization', `Bearer ${token}`);
  if (idempotencyKey) headers.set('idempotency-key', idempotencyKey);
  if (requestId) headers.set('x-request-id', requestId);
  if (ifMatch !== undefined) headers.set('if-match', ifMatchHeader(ifMatch));
  const init: RequestInit = { method: endpoint.method, headers };
  if (endpoint.method === 'POST') {
    headers.set('content-type', 'application/json');
    init.body = JSON.stringify(request);
  } else {
    // DELETE too: some proxies drop its body.
    for (const [name, value] of Object.entries(request))
      if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const timeout = AbortSignal.timeout(options.timeoutMs ?? 30_000);
  init.signal = signal ? AbortSignal.any([signal, timeout]) : timeout;
  const fetching = options.fetch ?? fetch;
  const response = await fetching(url, init).catch((error: unknown) => {
    throw new NoAnswer(`No answer from ${url.origin}: ${reasonText(error)}`, { cause: error });
  });
  return readAnswer(response);
}

async function readAnswer(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text().catch((error: unknown) => {
    throw new NoAnswer('The answer broke off.', { cause: error });
  });
  let body: Record<string, unknown>;
  try {
    body = JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new NoAnswer(`HTTP ${response.status}, and not JSON: ${text.slice(0, 200)}`, {
      cause: error,
    });
  }
  if (body.status === 'OK') return body;
  throw refusalOf(response, body);
}

function refusalOf(response: Response, body: Record<string, unknown>): Error {
  const reason: ReasonName | undefined = reasonOf(Number(body.reason), response.status);
  if (!reason)
    return new NoAnswer(`HTTP ${response.status}, reason ${String(body.reason)}: unknown here`);
  const etag = /^"(\d+)"$/.exec(response.headers.get('etag') ?? '')?.[1];
  const retryAfter = response.headers.get('retry-after');
  const refusal = new Refusal(reason, {
    ...(typeof body.message === 'string' && { message: body.message }),
    ...(typeof body.parameter === 'string' && { parameter: body.parameter }),
    ...(etag !== undefined && { revision: Number(etag) }),
    ...(retryAfter !== null && { retryAfterSeconds: Number(retryAfter) }),
  });
  refusal.requestId = response.headers.get('x-request-id') ?? undefined;
  return refusal;
}

async function pause(error: unknown, attempt: number): Promise<void> {
  const asked = error instanceof Refusal ? (error.details.retryAfterSeconds ?? 0) * 1000 : 0;
  const backoff = 200 * 2 ** attempt * (0.5 + Math.random());
  const wait = Math.min(Math.max(asked, backoff), LONGEST_WAIT_MS);
  await new Promise((resolve) => setTimeout(resolve, wait));
}

const ifMatchHeader = (ifMatch: NonNullable<CallOptions['ifMatch']>): string =>
  ifMatch === '*'
    ? '*'
    : [ifMatch]
        .flat()
        .map((revision) => `"${revision}"`)
        .join(', ');

const reasonText = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
};
