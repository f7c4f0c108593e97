/**
 * A call of the product's own pages, as data: one object holds what it takes, answers and how it
 * fails. Its route, its checks, its client and its tests derive from it.
 */
import { z } from 'zod';
import type { FailureCode } from './failures.ts';

export type PageCall = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With `:name` where a parameter stands. */
  path: `/api/${string}`;
  /**
   * Who may call: somebody whom the gate lets into the account of the path, with a session, with a
   * session or a half-done sign-in, or anybody.
   */
  enters: 'account' | 'session' | 'challenge' | 'nobody';
  /** Where alone it is; it is on every site otherwise, and an account's at its server's online. */
  at?: 'online' | 'console';
  /** Sessions made by a login link may call it; they are refused (`link_session`) otherwise. */
  byLink?: true;
  /** Of the path; what does not fit is `not_found`. */
  params?: Readonly<Record<string, z.ZodType>>;
  /** The whole body; no field that it does not name gets any further. */
  body?: z.ZodType;
  query?: z.ZodType;
  /** Fields of the body that this caller may only read (`read_only`). */
  readOnly?: readonly string[];
  /** Nothing that is not named here leaves. Of a stream: its first event. */
  answer: z.ZodType;
  /** Server-sent events instead of an answer. */
  streams?: true;
  /** Beside those that every call can have, and those of whoever may call. */
  failures: readonly FailureCode[];
  /** Refusals take their time, so that it says nothing of who exists. */
  unhurried?: true;
};

const number = (pattern: RegExp) => z.string().regex(pattern).transform(Number);

/** In a path: 1 … 9 999 999. */
export const accountId = number(/^0*[1-9][0-9]{0,6}$/);
export const agentId = number(/^[1-9][0-9]{0,6}$/);
/** In a path: the id of a session, as lists show it. */
export const sessionId = z.string().max(100);

/** Any page call may fail so: with a wrong method, body, host or origin, or by our own fault. */
export const commonFailures = [
  'body_invalid',
  'request_invalid',
  'body_too_large',
  'method_not_allowed',
  'not_found',
  'wrong_host',
  'origin_refused',
  'internal_error',
  'unavailable',
] as const satisfies readonly FailureCode[];

/** Failures that follow from who may call. */
const failuresOfCaller = {
  account: ['no_session', 'account_disabled', 'sign_in_again'],
  session: ['no_session', 'link_session'],
  // With a session instead of a challenge: it may end meanwhile.
  challenge: ['challenge_expired', 'link_session', 'no_session'],
  nobody: ['link_session'],
} as const satisfies Record<PageCall['enters'], readonly FailureCode[]>;

/** What lies in an account is reached through the gate, and the gate leads nowhere else. */
type Gated<C extends PageCall> =
  Lowercase<C['path']> extends `/api/workspace/${string}`
    ? {
        enters: 'account';
        path: `/api/workspace/:account_id` | `/api/workspace/:account_id/${string}`;
        params: { account_id: typeof accountId };
      }
    : { enters: Exclude<PageCall['enters'], 'account'> };

/** Declares a call. One that would enter an account past the gate does not compile. */
export const pageCall = <const C extends PageCall>(call: C & Gated<C>): C => call;

/** Every code that a call may fail with. */
export function failuresOf(call: PageCall): ReadonlySet<FailureCode> {
  const codes = [...commonFailures, ...failuresOfCaller[call.enters], ...call.failures];
  // A link session is none at the console.
  const byLink = call.byLink || call.at === 'console';
  return new Set(byLink ? codes.filter((code) => code !== 'link_session') : codes);
}

type Parsed<P> = { [K in keyof P]: P[K] extends z.ZodType ? z.output<P[K]> : never };
type ParamsOf<C extends PageCall> = C extends { params: infer P } ? Parsed<P> : object;

/** What the call's verb is given, parsed: the path's parameters, and the body's or query's fields. */
export type PageInput<C extends PageCall> = ParamsOf<C> &
  (C extends { body: infer B extends z.ZodType }
    ? z.output<B>
    : C extends { query: infer Q extends z.ZodType }
      ? z.output<Q>
      : object);

/** What a client sends: the same, unparsed. */
export type PageSent<C extends PageCall> = (C extends { params: infer P }
  ? { [K in keyof P]: string | number }
  : object) &
  (C extends { body: infer B extends z.ZodType }
    ? z.input<B>
    : C extends { query: infer Q extends z.ZodType }
      ? z.input<Q>
      : object);

export type PageAnswer<C extends PageCall> = z.output<C['answer']>;
