/**
 * Which of the installation's sites a request is for, by its `Host`: the partner console at
 * BASE_DOMAIN, or a server's online at `{server}.{BASE_DOMAIN}` (`docs/security.md`, Hosts).
 */
import type { FastifyRequest } from 'fastify';
import sql from 'sql-template-tag';
import type { Database } from '../database/database.ts';
import { Failure } from '../failure.ts';
import type { Realm } from '../people/sessions/session.ts';

export type Site = {
  realm: Realm;
  /** The server's name; undefined at the console. */
  server: string | undefined;
  /** What its own pages have for `Origin`. */
  origins: readonly string[];
};

export type HostOptions = {
  baseDomain: string;
  /** BASE_DOMAIN, or the address in its place (`consoleHostOf`). */
  consoleHost: string;
  publicScheme: 'http' | 'https';
  publicPort: number | undefined;
};

export type SiteOptions = HostOptions & { database: Database };

/**
 * The site of a request.
 *
 * @throws Failure wrong_host where `Host` is neither BASE_DOMAIN nor a registered server's
 */
export async function siteOf(request: FastifyRequest, options: SiteOptions): Promise<Site> {
  const { database, baseDomain, consoleHost } = options;
  const url = siteUrl(request, options);
  if (!url) throw new Failure('wrong_host');
  const origins = originsOf(request, options);
  if (url.hostname === consoleHost) return { realm: 'console', server: undefined, origins };
  const suffix = `.${baseDomain}`;
  const name = url.hostname.slice(0, -suffix.length);
  if (!url.hostname.endsWith(suffix) || !(await isServer(database, name)))
    throw new Failure('wrong_host');
  return { realm: `server:${name}`, server: name, origins };
}

/** Whether a request is for the console; asks no database. */
export const isConsole = (request: FastifyRequest, options: HostOptions): boolean =>
  siteUrl(request, options)?.hostname === options.consoleHost;

/**
 * What browsers send as `Origin` from the pages of this host: the scheme of the configuration, host
 * and port of the request; or PUBLIC_PORT, since proxies pass `Host` on without a port. Empty for a
 * host that is none.
 */
export function originsOf(request: FastifyRequest, options: HostOptions): string[] {
  const url = siteUrl(request, options);
  if (!url) return [];
  if (options.publicPort === undefined) return [url.origin];
  const outside = new URL(url);
  outside.port = String(options.publicPort);
  return [...new Set([url.origin, outside.origin])];
}

/** Undefined for what a URL would have to repair: credentials, a path; upper case is fine. */
function siteUrl({ host }: FastifyRequest, { publicScheme }: HostOptions): URL | undefined {
  const url = URL.parse(`${publicScheme}://${host}`);
  return url?.host === withoutDefaultPort(host.toLowerCase(), publicScheme) ? url : undefined;
}

const withoutDefaultPort = (host: string, scheme: string): string =>
  host.replace(scheme === 'https' ? /:443$/ : /:80$/, '');

async function isServer(database: Database, name: string): Promise<boolean> {
  const rows = await database.read((db) => db.query(sql`select from servers where name = ${name}`));
  return rows.length > 0;
}

/**
 * Refuses a write that another site's page may have sent. A sibling (`evil.example.com` beside
 * `online.example.com`) counts as same-site in browsers, so `SameSite` does not help.
 *
 * @throws Failure origin_refused
 */
export function requireOwnOrigin(request: FastifyRequest, { origins }: Site): void {
  if (!comesFrom(request, origins)) throw new Failure('origin_refused');
}

/** Whether a page of these origins sent it, or no page at all. */
export function comesFrom({ headers }: FastifyRequest, origins: readonly string[]): boolean {
  const from = headers['sec-fetch-site'];
  return headers.origin === undefined
    ? from === undefined || from === 'same-origin' || from === 'none'
    : origins.includes(headers.origin);
}
