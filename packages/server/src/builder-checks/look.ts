/** One look at a builder: is somebody there who answers? Its path and query are not known here. */
import type { BuilderCheck } from '@switchboard/contract';
import type { Exchange, Guard } from '../guard/guarded-fetch.ts';

const PATIENCE_MS = 10_000;

export type Look = { state: BuilderCheck['state']; tlsDays?: number };

export type Looking = {
  guard: Guard;
  /** `Switchboard-builder-check/<version>`. */
  userAgent: string;
  /** Not looked at: hosts that are allowed over http are the operator's own. */
  httpHosts: readonly string[];
  /** For tests: private addresses are looked at. */
  allowPrivate: boolean;
};

/** Never throws. */
export async function lookAt(
  origin: string,
  { guard, userAgent, httpHosts, allowPrivate }: Looking,
  signal?: AbortSignal,
): Promise<Look> {
  if (httpHosts.includes(new URL(origin).hostname)) return { state: 'not_checked' };
  const exchange = await guard.fetch({
    ...{ url: `${origin}/`, method: 'GET', timeoutMs: PATIENCE_MS, allowPrivate },
    headers: { 'user-agent': userAgent, accept: 'text/html, */*', connection: 'close' },
    // The status says all.
    mostAnswerBytes: 0,
    ...(signal && { signal }),
  });
  const { tlsDays } = exchange;
  return { state: stateOf(exchange), ...(tlsDays !== undefined && { tlsDays }) };
}

/** Whatever it answers below 500, a redirect and a refusal too: somebody is there. */
function stateOf({ httpStatus, failure }: Exchange): Look['state'] {
  if (httpStatus !== undefined) return httpStatus < 500 ? 'ok' : 'server_error';
  if (failure === 'private_address') return 'not_checked';
  return failure === 'bad_tls' ? 'bad_tls' : 'unreachable';
}
