/** For tests: a browser without its page. It keeps cookies and sends the Origin of its own host. */
import assert from 'node:assert/strict';
import { type FailureBody, type FailureCode, failures, type PageCall } from '@switchboard/contract';
import { type Heard, send } from './http.ts';
import type { TestService } from './service.ts';

type VisitorOptions = {
  /** Over what the visitor sends by itself; `''` takes a header away. */
  headers?: Record<string, string>;
};

export type Visitor = {
  /** As `Origin` has it. */
  origin: string;
  /** Name → value as it stands in the Cookie header; may be read and changed. */
  cookies: Map<string, string>;
  /** Every `Set-Cookie` so far. */
  setCookies: string[];
  get(path: `/${string}`, options?: VisitorOptions): Promise<Heard>;
  post(path: `/${string}`, body?: unknown, options?: VisitorOptions): Promise<Heard>;
  patch(path: `/${string}`, body?: unknown, options?: VisitorOptions): Promise<Heard>;
  delete(path: `/${string}`, body?: unknown, options?: VisitorOptions): Promise<Heard>;
  signIn(email: string, password?: string, options?: VisitorOptions): Promise<Heard>;
  /** Makes a call of the pages with an empty body; `values` are for the parameters of its path. */
  makes(call: PageCall, values?: Record<string, number>): Promise<Heard>;
};

/** The password of `accountRequest`. */
export const PASSWORD = 'Correct-Horse1';

/** What a visitor needs to know of a service. */
export type Visited = {
  baseUrl: string;
  config: Pick<TestService['config'], 'baseDomain' | 'publicScheme'>;
};

/**
 * A browser at a server's online.
 *
 * @param server the server's name; null for the partner console
 */
export function newVisitor(service: Visited, server: string | null = 'online'): Visitor {
  const { baseDomain, publicScheme } = service.config;
  const name = server === null ? baseDomain : `${server}.${baseDomain}`;
  // On a domain of its own a proxy stands before the service, on its scheme's own port.
  const host = baseDomain === 'localhost' ? `${name}:${new URL(service.baseUrl).port}` : name;
  const origin = `${publicScheme}://${host}`;
  const cookies = new Map<string, string>();
  const setCookies: string[] = [];

  const call = async (
    method: string,
    path: `/${string}`,
    body: unknown,
    options: VisitorOptions = {},
  ) => {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const headers: Record<string, string> = {
      host,
      ...(method !== 'GET' && { origin }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(cookie && { cookie }),
      ...options.headers,
    };
    for (const [key, value] of Object.entries(headers)) if (value === '') delete headers[key];
    const heard = await send(service.baseUrl, path, { method, headers, body });
    for (const set of heard.headers['set-cookie'] ?? []) {
      setCookies.push(set);
      const [pair = '', ...attributes] = set.split(/; */);
      const at = pair.indexOf('=');
      const gone = attributes.some((attribute) => /^max-age=0$/i.test(attribute));
      if (gone) cookies.delete(pair.slice(0, at));
      else cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return heard;
  };

  return {
    origin,
    cookies,
    setCookies,
    get: (path, options) => call('GET', path, undefined, options),
    post: (path, body, options) => call('POST', path, body, options),
    patch: (path, body, options) => call('PATCH', path, body, options),
    delete: (path, body, options) => call('DELETE', path, body, options),
    signIn: (email, password = PASSWORD, options) =>
      call('POST', '/api/auth/sign-in/email', { email, password }, options),
    makes: ({ method, path }, values = {}) => {
      const at = path.replaceAll(/:(\w+)/g, (_, name: string) => String(values[name] ?? 9));
      return call(method, at as `/${string}`, method === 'GET' ? undefined : {});
    },
  };
}

/** Asserts a failure of the online's own calls, in its shape. */
export function assertFailure({ http, headers, body, text }: Heard, code: FailureCode): void {
  const label = text.slice(0, 500);
  const { error, request_id, ...rest } = body as Partial<FailureBody>;
  assert.deepEqual([error?.code, http], [code, failures[code].http], label);
  assert.match(error?.message ?? '', /^\S.*[.?]$/su, label);
  assert.equal(request_id, headers['x-request-id'], label);
  assert.deepEqual(rest, {}, label);
  assert.equal(headers['content-type'], 'application/json; charset=utf-8', label);
  assert.equal(headers['cache-control'], 'no-store', label);
}
