/**
 * Requests to addresses that strangers chose. It owns that no connection leads into the operator's
 * own networks unless that is allowed, that no stranger decides how long or how much is read, and
 * its connections, which it keeps for the next request to the same address. It stands by itself.
 */
import type { ClientRequest } from 'node:http';
import { GuardedAgent } from './agents.ts';
import { type Seen, type Sent, send } from './exchange.ts';
import { type FindAddresses, findAddresses } from './find-addresses.ts';
import type { Outcome } from './outcomes.ts';

export type GuardedRequest = {
  /** http or https. User and password in it are not sent. */
  url: string;
  method: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** Over the whole exchange: names, connecting, TLS, headers, body. */
  timeoutMs: number;
  /** Whether addresses inside the operator's own networks may be reached. */
  allowPrivate: boolean;
  /** Bytes of the answer's body; more is `too_large`, as are 16 KiB of headers. */
  mostAnswerBytes: number;
  /** Gives up at once, as the time-out does. */
  signal?: AbortSignal;
};

export type Exchange = {
  milliseconds: number;
  httpStatus?: number;
  /** As text, whatever it was; only when it is whole. */
  answer?: string;
  /** What `Retry-After` asks for, whether in seconds or as a date. */
  retryAfterSeconds?: number;
  /** Whole days for which the address's certificate is still good. */
  tlsDays?: number;
  /** What went wrong before, or in place of, an answer. A redirect is not followed: it is one. */
  failure?: Outcome;
};

export type GuardOptions = {
  /** In place of name servers, for tests. */
  find?: FindAddresses;
  /** In place of the certificate authorities that Node knows, for tests: PEM. */
  ca?: string;
};

export class Guard {
  readonly #options: GuardOptions;
  readonly #agents = new Map<string, GuardedAgent>();
  #isClosed = false;

  constructor(options: GuardOptions = {}) {
    this.#options = options;
  }

  /** Never throws. */
  fetch(request: GuardedRequest): Promise<Exchange> {
    const began = performance.now();
    const { promise, resolve } = Promise.withResolvers<Exchange>();
    const { signal } = request;
    let seen: Seen = {};
    let underWay: ClientRequest | undefined;
    let isOver = this.#isClosed;
    const end = (last: Seen) => {
      isOver = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
      resolve({ milliseconds: performance.now() - began, ...last });
    };
    const giveUp = () => {
      end({ ...seen, failure: 'timeout' });
      underWay?.destroy();
    };
    const timer = setTimeout(giveUp, request.timeoutMs);
    signal?.addEventListener('abort', giveUp);
    const attempt = (keepAlive: boolean) => {
      try {
        underWay = send(this.#toBeSent(request, keepAlive), {
          began: (head) => {
            seen = head;
          },
          ended: end,
          // It may have been taken all the same: whoever sends through here may send twice.
          stale: () => (isOver || this.#isClosed ? end({ failure: 'reset' }) : attempt(false)),
        });
      } catch {
        end({ failure: 'connection_refused' });
      }
    };
    if (isOver || signal?.aborted) giveUp();
    else attempt(true);
    return promise;
  }

  /** Ends every connection, also those in use; from then on nothing is sent. */
  close(): void {
    this.#isClosed = true;
    for (const agent of this.#agents.values()) agent.destroy();
  }

  #toBeSent(request: GuardedRequest, keepAlive: boolean): Sent {
    const { method, headers = {}, body, mostAnswerBytes, allowPrivate } = request;
    const url = new URL(request.url);
    const { protocol } = url;
    if (protocol !== 'http:' && protocol !== 'https:') throw new TypeError('only http and https');
    const agent = this.#agentFor(protocol, allowPrivate, keepAlive);
    return { url, method, headers, body, mostAnswerBytes, agent };
  }

  /** What was connected to by permission is not there for those without. */
  #agentFor(protocol: 'http:' | 'https:', allowPrivate: boolean, keepAlive: boolean): GuardedAgent {
    const key = `${protocol} ${allowPrivate} ${keepAlive}`;
    const { find = findAddresses, ca } = this.#options;
    const agent =
      this.#agents.get(key) ?? new GuardedAgent({ protocol, allowPrivate, keepAlive, find, ca });
    this.#agents.set(key, agent);
    return agent;
  }
}
