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

/** Owns its connections. */
export class Guard {
  /** Never throws. */
  async fetch(_request: GuardedRequest): Promise<Exchange> {
    return { milliseconds: 0, failure: 'dns' };
  }

  close(): void {}
}
