/** What requests and the start tell of a wrong configuration: said once in the log, and by `/readyz`. */
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify';
import { isBehindUnknownProxy, isPrivateAddress } from './address.ts';
import { type HostOptions, originsOf } from './site.ts';

const UNKNOWN_PROXY =
  'X-Forwarded-For arrives from a private address while TRUST_PROXY is off: set TRUST_PROXY, or limits on failed tries cannot tell clients apart.';

// Strangers choose the port that some name.
const MOST_SAID = 10;

export type WarningOptions = HostOptions & { trustsProxy: boolean; log: FastifyBaseLogger };

/** Watches every request from now on; answers the sentences in force. */
export function watchRequests(http: FastifyInstance, options: WarningOptions): () => string[] {
  const warnings = new Map<string, string>();
  const said = new Set<string>();
  const warn = (kind: string, text: string) => {
    warnings.set(kind, text);
    if (said.has(text) || said.size >= MOST_SAID) return;
    said.add(text);
    options.log.error(text);
  };
  http.addHook('onRequest', async (request) => {
    if (!warnings.has('proxy') && isBehindUnknownProxy(request, options.trustsProxy))
      warn('proxy', UNKNOWN_PROXY);
    const problem = schemeProblem(request, options) ?? pageProblem(request, options);
    // Strangers may send any Origin: it is over once a page of ours comes with the right one.
    if (problem === '') warnings.delete('address');
    else if (problem !== undefined) warn('address', problem);
  });
  return () => [...warnings.values()];
}

/**
 * Asks once at the start; answers the sentence if there is something to tell.
 *
 * @param ask undefined when all is well
 */
export function askAtStart(
  http: FastifyInstance,
  log: FastifyBaseLogger,
  ask: () => Promise<string | undefined>,
): () => string[] {
  let problem: string | undefined;
  http.addHook('onReady', async () => {
    // Without a database the next start asks again.
    problem = await ask().catch(() => undefined);
    if (problem !== undefined) log.warn(problem);
  });
  return () => (problem === undefined ? [] : [problem]);
}

/** The proxy in front of us says that people come by https. */
function schemeProblem(
  { headers, socket }: FastifyRequest,
  { publicScheme }: HostOptions,
): string | undefined {
  const forwarded = String(headers['x-forwarded-proto'] ?? '');
  const isHttps = forwarded.split(',').at(-1)?.trim().toLowerCase() === 'https';
  if (!isHttps || publicScheme === 'https' || !isPrivateAddress(socket.remoteAddress ?? ''))
    return undefined;
  return wrongScheme('https', publicScheme);
}

/**
 * What must be set so that a page of this very host is not refused; empty when it is not, undefined
 * where no page of this host asks.
 */
function pageProblem(request: FastifyRequest, options: HostOptions): string | undefined {
  const { origin } = request.headers;
  const page = URL.parse(origin ?? '');
  if (!origin || !page || !/^https?:$/.test(page.protocol)) return undefined;
  const own = originsOf(request, options);
  if (own.includes(origin)) return '';
  const from = request.headers['sec-fetch-site'];
  const isOurs =
    page.hostname === options.consoleHost || page.hostname.endsWith(`.${options.baseDomain}`);
  const isSameHost = own.some((each) => new URL(each).hostname === page.hostname);
  if (!isOurs || !isSameHost || (from !== undefined && from !== 'same-origin')) return undefined;
  const scheme = page.protocol.slice(0, -1);
  const { publicScheme } = options;
  if (scheme !== publicScheme) return wrongScheme(scheme, publicScheme);
  const port = page.port || (scheme === 'https' ? '443' : '80');
  return `Pages are opened at port ${port}, which is not in the Host that arrives, so whatever they send is refused (403): set PUBLIC_PORT=${port}, or let the proxy pass Host on as it came.`;
}

const wrongScheme = (scheme: string, publicScheme: string): string =>
  `Pages are opened by ${scheme}:// while PUBLIC_SCHEME is ${publicScheme}, so whatever they send is refused (403): set PUBLIC_SCHEME=${scheme}, or let people in by ${publicScheme}:// alone.`;
