/** One delivery on its way: signed as Standard Webhooks, sent through the guard, judged. */
import { readFileSync } from 'node:fs';
import { Webhook as Signer } from 'standardwebhooks';
import type { Exchange, Guard } from '../guard/guarded-fetch.ts';

/** Milliseconds for the whole exchange. */
const PATIENCE_MS = 5_000;
const MOST_ANSWER_BYTES = 65_536;
/** Bytes of the answer that are kept. */
const KEPT_BYTES = 1_024;

export type Push = {
  url: string;
  /** `whsec_…`; one signature each. */
  secrets: readonly string[];
  /** The same on every try. */
  id: string;
  body: string;
};

/** What became of a try, in one word and what was seen of it. */
export type Pushed = {
  at: Date;
  /** `delivered`, `timeout`, `status_500` … */
  outcome: string;
  httpStatus: number | undefined;
  milliseconds: number;
  /** The start of the answer, as text. */
  answer: string | undefined;
  /** Only of answers that may ask for a rest (429, 503). */
  retryAfterSeconds: number | undefined;
};

/** Sends with the address as it is now, once. Never throws. */
export type Pusher = (push: Push, signal?: AbortSignal) => Promise<Pushed>;

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string };

/** @param allowPrivate whether addresses inside the operator's own networks may be reached */
export function newPusher(guard: Guard, allowPrivate: boolean): Pusher {
  return async ({ url, secrets, id, body }, signal) => {
    const at = new Date();
    const exchange = await guard.fetch({
      ...{ url, method: 'POST', body, allowPrivate },
      headers: {
        'content-type': 'application/json',
        'user-agent': `Switchboard/${version}`,
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
    retryAfterSeconds: mayRest ? retryAfterSeconds : undefined,
  };
}

/** A NUL cannot be stored; whole characters only. */
const startOf = (text: string): string =>
  Buffer.from(text.slice(0, KEPT_BYTES), 'utf8')
    .subarray(0, KEPT_BYTES)
    .toString('utf8')
    .replaceAll('\0', '\ufffd');
