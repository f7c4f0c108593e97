/** Every answer's shape: OK, FAIL, their HTTP status and headers. */
import { bodyTooLarge, errorOf, type Mode, Refusal, reasons } from '@switchboard/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { QueueFull } from '../../attempts/turns.ts';
import { DatabaseUnavailable } from '../../database/database.ts';
import { noteFault } from '../fault.ts';
import { jsonLine } from '../json-line.ts';

/** An answer as it goes over the wire, and as an idempotency key keeps it. */
export type Answered = {
  http: number;
  /** The value of the header, with its quotes. */
  etag: string | undefined;
  /** The body, JSON. */
  text: string;
  /** The body as it is stored, where that is another: without its secrets. */
  kept?: string | undefined;
};

/**
 * Anything thrown, as the refusal it is answered with.
 *
 * @param bodyLimit bytes that the call's body may have
 */
export function refusalOf(error: unknown, bodyLimit?: number): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof DatabaseUnavailable)
    return new Refusal('unavailable', { retryAfterSeconds: 1 });
  if (error instanceof QueueFull) return new Refusal('unavailable', { retryAfterSeconds: 2 });
  const code = (error as { code?: string }).code;
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return tooLarge(bodyLimit);
  if (status >= 400 && status < 500) return new Refusal('body_invalid');
  return new Refusal('internal_error');
}

const tooLarge = (limit: number | undefined): Refusal =>
  new Refusal('body_too_large', limit === undefined ? {} : { message: bodyTooLarge(limit) });

/** HTTP status of a refusal: in mode `original` 200, but 429 and 5xx stay what they are. */
function statusOf(refusal: Refusal, mode: Mode): number {
  const { http } = refusal;
  return mode === 'strict' || http === 429 || http >= 500 ? http : 200;
}

/** A refusal in the one shape that the reference shows for all of them. */
export function refused(refusal: Refusal, mode: Mode, requestId: string): Answered {
  const { revision, errors } = refusal.details;
  const { parameter, ...told } = errorOf(refusal);
  return {
    http: statusOf(refusal, mode),
    etag: revision === undefined ? undefined : `"${revision}"`,
    text: jsonLine({
      status: 'FAIL',
      ...told,
      parameter,
      errors,
      request_id: requestId,
    }),
  };
}

/** Sends an answer; its body is JSON already. */
export function send(reply: FastifyReply, answered: Answered): FastifyReply {
  reply.code(answered.http).header('content-type', 'application/json; charset=utf-8');
  if (answered.etag) reply.header('etag', answered.etag);
  return reply.header('cache-control', 'no-store').send(answered.text);
}

/** Sends whatever was thrown; what is not a refusal is logged whole with the request. */
export function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  mode: Mode,
): FastifyReply {
  const refusal = refusalOf(error, request.routeOptions.bodyLimit);
  noteFault(request, error, refusal.http);
  const { allow, retryAfterSeconds } = refusal.details;
  if (allow) reply.header('allow', allow);
  if (retryAfterSeconds) reply.header('retry-after', String(retryAfterSeconds));
  if (refusal.http === 401) reply.header('www-authenticate', challenge(refusal));
  return send(reply, refused(refusal, mode, request.id));
}

// RFC 6750, 3: no error code when the request carried no token.
const challenge = (refusal: Refusal): string =>
  refusal.reason === 'access_token_invalid' ? 'Bearer error="invalid_token"' : 'Bearer';

/** Whether the first answer of an idempotency key is this refusal: not what passes by itself. */
export const isKept = (refusal: Refusal): boolean => {
  const { http } = reasons[refusal.reason];
  return http < 500 && http !== 429 && http !== 401 && refusal.number !== 42;
};
