/** One delivery on its way: signed as Standard Webhooks, sent through the guard, judged. */
import { Webhook as Signer } from 'standardwebhooks';
import type { Exchange, Guard } from '../../guard/guarded-fetch.ts';
import { VERSION } from '../../installation/version.ts';
import type { Push, Pushed } from '../../operation.ts';
import { LONGEST_REST } from './ladder.ts';

/** Milliseconds for the whole exchange. */
const PATIENCE_MS = 5_000;
const MOST_ANSWER_BYTES = 65_536;
/** Bytes of the answer that are kept. */
const KEPT_BYTES = 1_024;

/** Sends with the address as it is now, once. Never throws. */
export type Pusher = (push: Push, signal?: AbortSignal) => Promise<Pushed>;

/** @param allowPrivate whether addresses inside the operator's own networks may be reached */
export function newPusher(guard: Guard, allowPrivate: boolean): Pusher {
  return async ({ url, secrets, id, body }, signal) => {
    const at = new Date();
    const exchange = await guard.fetch({
      ...{ url, method: 'POST', body, allowPrivate },
      headers: {
        'content-type': 'application/json',
        'user-agent': `Switchboard/${VERSION}`,
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': secrets
          .map((secret) => new Signer(secret).sign(id, at, body))
          .join(' '),
      },
      timeoutMs: PATIENCE_MS,
      mostAnswerBytes: MOST_ANSWER_BYTES,
      ...(signal && { signal }),
    });
    return { at, ...judged(exchange) };
  };
}

function judged(exchange: Exchange): Omit<Pushed, 'at'> {
  const { failure, httpStatus, milliseconds, answer, retryAfterSeconds } = exchange;
  const isTaken = httpStatus !== undefined && httpStatus >= 200 && httpStatus < 300;
  const mayRest = httpStatus === 429 || httpStatus === 503;
  return {
    outcome: failure ?? (isTaken ? 'delivered' : `status_${httpStatus}`),
    httpStatus,
    milliseconds: Math.round(milliseconds),
    answer: answer === undefined ? undefined : startOf(answer),
    retryAfterSeconds:
      mayRest && retryAfterSeconds !== undefined
        ? Math.min(retryAfterSeconds, LONGEST_REST)
        : undefined,
  };
}

/** A NUL cannot be stored; whole characters only. */
const startOf = (text: string): string =>
  Buffer.from(text.slice(0, KEPT_BYTES), 'utf8')
    .subarray(0, KEPT_BYTES)
    .toString('utf8')
    .replaceAll('\0', '\ufffd');

export const pushedToWire = ({ outcome, httpStatus, milliseconds }: Pushed) => ({
  outcome,
  http_status: httpStatus ?? null,
  milliseconds,
});
