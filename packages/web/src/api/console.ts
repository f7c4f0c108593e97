/**
 * The calls of the Partner API as the console makes them, by their routes: `GET online/getAccounts`.
 * Everything of theirs derives from the contract; only types are taken from it.
 */
import type { Answer, EndpointName, Endpoints, Request } from '@switchboard/contract';
import { type QueryKey, queryOptions } from '@tanstack/react-query';
import { ConsoleRefusal, type RefusalBody } from './console-refusal.ts';

type RouteOf<N extends EndpointName> = Endpoints[N] extends {
  surface: 'partner';
  method: infer M extends string;
  path: `/api/${infer P}`;
}
  ? `${M} ${P}`
  : never;
type NamesByRoute = { [N in EndpointName as RouteOf<N>]: N };

export type ConsoleRoute = keyof NamesByRoute;
export type ConsoleSent<R extends ConsoleRoute> = Request<NamesByRoute[R]>;
export type ConsoleAnswer<R extends ConsoleRoute> = Answer<NamesByRoute[R]>;
/** Those that only read. */
type ReadingRoute = {
  [R in ConsoleRoute]: Endpoints[NamesByRoute[R]]['effect'] extends 'read' ? R : never;
}[ConsoleRoute];

type CallOptions = {
  /** The revision that the change is meant for. */
  ifMatch?: number | undefined;
  idempotencyKey?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Told the number of the request, once it was answered. */
  heard?: (requestId: string) => void;
};

/**
 * Makes a call for a partner.
 *
 * @throws ConsoleRefusal
 */
export async function consoleCall<R extends ConsoleRoute>(
  partner: number,
  route: R,
  sent: ConsoleSent<R>,
  { ifMatch, idempotencyKey, signal, heard }: CallOptions = {},
): Promise<ConsoleAnswer<R>> {
  const [method = 'GET', path] = route.split(' ');
  const fields = Object.entries(sent).filter(([, value]) => value !== undefined);
  const reads = method === 'GET';
  const query = reads
    ? new URLSearchParams(fields.map(([name, value]) => [name, String(value)]))
    : '';
  const answer = await fetch(`/api/console/${partner}/${path}${query && `?${query}`}`, {
    method,
    credentials: 'same-origin',
    headers: {
      ...(reads ? {} : { 'content-type': 'application/json' }),
      ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    },
    ...(reads ? {} : { body: JSON.stringify(Object.fromEntries(fields)) }),
    ...(signal ? { signal } : {}),
  }).catch((cause: Error) => {
    if (cause.name === 'AbortError') throw cause;
    throw new ConsoleRefusal({ code: 'no_connection' });
  });
  heard?.(answer.headers.get('x-request-id') ?? '');
  const json: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return json as ConsoleAnswer<R>;
  throw new ConsoleRefusal(refusalBody(json), answer.headers);
}

/** What a proxy in between answered (no JSON of ours) counts as the service not answering. */
function refusalBody(json: unknown): RefusalBody {
  const body = json as Partial<RefusalBody> | undefined;
  return typeof body?.code === 'string' ? (body as RefusalBody) : { code: 'unavailable' };
}

/** Begins the keys of everything that was read for a partner. */
export const partnerKey = (partner: number): QueryKey => ['console', partner];

/** Begins the keys of a call, whatever it was sent. */
export const consoleKey = (partner: number, route: ConsoleRoute): QueryKey => [
  ...partnerKey(partner),
  route,
];

/** A call that reads, for the query cache; its key is what it is. */
export const consoleQuery = <R extends ReadingRoute>(
  partner: number,
  route: R,
  sent: ConsoleSent<R>,
) =>
  queryOptions({
    queryKey: [...consoleKey(partner, route), sent],
    queryFn: ({ signal }) => consoleCall(partner, route, sent, { signal }),
  });
