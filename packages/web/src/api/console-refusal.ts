/** How the console's calls of the Partner API fail. */
import type { ReasonName, RequestError } from '@switchboard/contract';
import type { Trouble } from './request.ts';

/** A call that was refused, or that got no answer (`no_connection`, `unavailable`). */
export class ConsoleRefusal extends Error {
  /** The reason's name; its words are `reason.{name}` where there are some, else the message. */
  readonly code: ReasonName | Trouble;
  readonly words = 'reason';
  readonly parameter: string | undefined;
  /** Everything that is wrong, of a call that tells it all at once. */
  readonly errors: readonly RequestError[];
  /** The account's revision now, where it is another than the one that was named. */
  readonly revision: number | undefined;
  readonly requestId: string;
  readonly retryAfterSeconds: number;

  constructor(body: RefusalBody, headers?: Headers) {
    super(body.message ?? body.code);
    this.code = body.code;
    this.parameter = body.parameter;
    this.errors = body.errors ?? [];
    this.requestId = body.request_id ?? '';
    const tag = /^"(\d+)"$/.exec(headers?.get('etag') ?? '')?.[1];
    this.revision = tag === undefined ? undefined : Number(tag);
    this.retryAfterSeconds = Number(headers?.get('retry-after')) || 0;
  }
}

/** What comes over the wire. */
export type RefusalBody = {
  code: ReasonName | Trouble;
  message?: string;
  parameter?: string;
  errors?: RequestError[];
  request_id?: string;
};
