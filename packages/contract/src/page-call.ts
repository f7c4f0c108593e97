/**
 * A call of the product's own pages, as data: one object holds what it takes, answers and how it
 * fails. Its route, its checks, its client and its tests derive from it.
 */
import type { z } from 'zod';
import type { FailureCode } from './failures.ts';

export type PageCall = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: `/api/${string}`;
  /**
   * Who may call: somebody with a session, with a session or a half-done sign-in, or anybody. An
   * account is entered through the gate.
   */
  enters: 'account' | 'session' | 'challenge' | 'nobody';
  /** Sessions made by a login link may call it; they are refused (`link_session`) otherwise. */
  byLink?: true;
  /** Unknown fields are dropped: no field that is not named here gets any further. */
  body?: z.ZodType;
  query?: z.ZodType;
  /** Nothing that is not named here leaves. */
  answer: z.ZodType;
  /** Beside those that every call can have (`commonFailures`). */
  failures: readonly FailureCode[];
  /** Refusals take their time, so that it says nothing of who exists. */
  unhurried?: true;
};

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
  challenge: ['challenge_expired', 'link_session'],
  nobody: ['link_session'],
} as const satisfies Record<PageCall['enters'], readonly FailureCode[]>;

/** Declares a call. */
export const pageCall = <const C extends PageCall>(call: C): C => call;

/** Every code that a call may fail with. */
export const failuresOf = (call: PageCall): ReadonlySet<FailureCode> =>
  new Set([...commonFailures, ...failuresOfCaller[call.enters], ...call.failures]);

/** What the call's verb is given, parsed. */
export type PageInput<C extends PageCall> = C extends { body: infer B extends z.ZodType }
  ? z.output<B>
  : C extends { query: infer Q extends z.ZodType }
    ? z.output<Q>
    : object;

/** What a client sends. */
export type PageRequest<C extends PageCall> = C extends { body: infer B extends z.ZodType }
  ? z.input<B>
  : object;

export type PageAnswer<C extends PageCall> = z.output<C['answer']>;
