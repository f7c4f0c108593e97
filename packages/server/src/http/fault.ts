/** What of everything thrown is a fault of ours, which the log has whole with its request. */
import type { FastifyRequest } from 'fastify';
import { QueueFull } from '../attempts/turns.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Why it was answered 5xx, for the log. */
    fault: unknown;
  }
}

/**
 * Keeps for the log why a request is answered 5xx.
 *
 * @param http the status that it is answered with
 */
export function noteFault(request: FastifyRequest, error: unknown, http: number): void {
  // A full queue is no fault: a stranger could fill the log with it.
  if (http >= 500 && !(error instanceof QueueFull)) request.fault = error;
}
