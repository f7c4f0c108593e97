/** Where people and partners reach an installation, by its configuration. */
import { isIPv6 } from 'node:net';

export type Reached = {
  /** What it listens on. */
  host: string;
  baseDomain: string;
  publicScheme: 'http' | 'https';
  /** Undefined: the port it listens on below localhost, else the scheme's own. */
  publicPort: number | undefined;
};

// What these listen on is found under the name `localhost`.
const AT_LOCALHOST = ['localhost', '127.0.0.1', '0.0.0.0', '::', '::ffff:127.0.0.1'];

/**
 * The host of the console and of the calls, as URLs spell it: BASE_DOMAIN. While that is
 * `localhost`, where nothing answers when HOST is another address, it is that address.
 */
export function consoleHostOf({ host, baseDomain }: Pick<Reached, 'host' | 'baseDomain'>): string {
  if (baseDomain !== 'localhost' || AT_LOCALHOST.includes(host)) return baseDomain;
  const literal = isIPv6(host) ? `[${host.split('%', 1)[0]}]` : host;
  return URL.parse(`http://${literal}`)?.hostname ?? baseDomain;
}

/** Whether a browser finds the servers by their names; to `*.localhost` it brings its own address. */
export const findsServers = (reached: Reached): boolean =>
  reached.baseDomain !== 'localhost' || [...AT_LOCALHOST, '::1'].includes(reached.host);

/**
 * Where the console is, or a server's online. On a domain of its own the service is behind a
 * proxy; on localhost it is reached by its port.
 *
 * @param port that it listens on
 */
export function baseUrlOf(reached: Reached, port: number, server?: string): string {
  const { publicScheme, baseDomain } = reached;
  const host = server === undefined ? consoleHostOf(reached) : `${server}.${baseDomain}`;
  const shown = reached.publicPort ?? (baseDomain === 'localhost' ? port : undefined);
  // A URL leaves the scheme's own port out.
  return new URL(`${publicScheme}://${host}${shown === undefined ? '' : `:${shown}`}`).origin;
}
