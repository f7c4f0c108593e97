/** Requests to addresses that strangers chose. */

/** What went wrong before, or in place of, an answer. */
export type Outcome =
  | 'timeout'
  | 'connection_refused'
  | 'dns'
  | 'bad_tls'
  | 'private_address'
  | 'redirect'
  | 'reset'
  | 'too_large';

export type GuardedRequest = {
  url: string;
  method: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** Over the whole exchange. */
  timeoutMs: number;
  /** Whether addresses inside the operator's own networks may be reached. */
  allowPrivate: boolean;
  /** Bytes of the answer; more is `too_large`. */
  mostAnswerBytes: number;
  signal?: AbortSignal;
};

export type Exchange = {
  milliseconds: number;
  httpStatus?: number;
  answer?: string;
  retryAfterSeconds?: number;
  /** Days for which the address's certificate is still good. */
  tlsDays?: number;
  failure?: Outcome;
};

import { Agent, request as send } from 'node:http';
/** Owns its connections. */
export class Guard {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 });
  /** Never throws. */
  fetch(r: GuardedRequest): Promise<Exchange> {
    const begun = performance.now();
    return new Promise((resolve) => {
      const end = (e: Omit<Exchange, 'milliseconds'>) => resolve({ milliseconds: performance.now() - begun, ...e });
      const q = send(r.url, { method: r.method, headers: r.headers, agent: this.#agent, signal: AbortSignal.any([AbortSignal.timeout(r.timeoutMs), ...(r.signal ? [r.signal] : [])]) }, (a) => {
        let text = '';
        a.setEncoding('utf8').on('data', (c) => { text += c; }).on('end', () => end({ httpStatus: a.statusCode, answer: text, ...(a.headers['retry-after'] && { retryAfterSeconds: Number(a.headers['retry-after']) }), ...(a.statusCode >= 300 && a.statusCode < 400 && { failure: 'redirect' as const }) }));
        a.on('error', () => end({ failure: 'reset' }));
      });
      q.on('error', (e: any) => end({ failure: e.name === 'TimeoutError' || e.cause?.name === 'TimeoutError' ? 'timeout' : e.code === 'ECONNREFUSED' ? 'connection_refused' : 'reset' }));
      q.end(r.body);
    });
  }
  close(): void { this.#agent.destroy(); }
}
