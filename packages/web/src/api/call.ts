/**
 * The calls of the contract, by their routes. Only types are taken from it: no page loads the schemas
 * that the server checks with.
 */
import type { PageAnswer, PageRoutes, PageSent } from '@switchboard/contract';
import { queryOptions } from '@tanstack/react-query';
import { request } from './request.ts';

export type Route = keyof PageRoutes;
export type Sent<R extends Route> = PageSent<PageRoutes[R]>;
export type Answered<R extends Route> = PageAnswer<PageRoutes[R]>;
type Method = PageRoutes[Route]['method'];

/**
 * Makes a call: what the path has a place for goes there, the rest into the query of a GET and the
 * body of a POST or PATCH.
 *
 * @throws ApiFailure
 */
export function call<R extends Route>(route: R, sent: Sent<R>): Promise<Answered<R>> {
  const [method, pattern] = route.split(' ') as [Method, string];
  const rest = new Map(Object.entries(sent).filter(([, value]) => value !== undefined));
  const path = pattern.replace(/:([a-z_]+)/g, (_, name: string) => {
    const value = rest.get(name);
    rest.delete(name);
    return encodeURIComponent(String(value));
  });
  if (method === 'DELETE') return request(method, path);
  if (method !== 'GET') return request(method, path, Object.fromEntries(rest));
  const query = new URLSearchParams([...rest].map(([name, value]) => [name, String(value)]));
  return request(method, rest.size > 0 ? `${path}?${query}` : path);
}

/** A call that reads, for the query cache; its key is what it is. */
export const queryOf = <R extends Route & `GET ${string}`>(route: R, sent: Sent<R>) =>
  queryOptions({ queryKey: [route, sent] as const, queryFn: () => call(route, sent) });
