/** Failures of the online's own calls: `{"error":{"code","message"},"request_id"}`. */
import { type FailureBody, pageCalls, Refusal } from '@switchboard/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { QueueFull } from '../../attempts/turns.ts';
import { DatabaseUnavailable } from '../../database/database.ts';
import { Failure } from '../../failure.ts';
import { noteFault } from '../fault.ts';
import { jsonLine } from '../json-line.ts';

/** `/api/auth`, `/api/workspace` … */
const GROUPS = new Set(
  Object.values(pageCalls).map(({ path }) => path.split('/').slice(0, 3).join('/')),
);

/** Whether a path belongs to the online's own calls, whose failures have this shape. */
export const isPageCall = (path: string): boolean => GROUPS.has(path.split('/', 3).join('/'));

/** Anything thrown, as the failure it is answered with. */
function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof Refusal && error.reason === 'body_invalid')
    return new Failure('body_invalid', { message: error.message });
  if (error instanceof DatabaseUnavailable)
    return new Failure('unavailable', { retryAfterSeconds: 1 });
  if (error instanceof QueueFull) return new Failure('unavailable', { retryAfterSeconds: 2 });
  const code = (error as { code?: string }).code;
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new Failure('body_too_large');
  return new Failure(status >= 400 && status < 500 ? 'body_invalid' : 'internal_error');
}

/** Sends whatever was thrown; what is a fault of ours is logged whole with the request. */
export function sendFailure(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const failure = failureOf(error);
  noteFault(request, error, failure.http);
  const { retryAfterSeconds, allow, message: _, ...shown } = failure.details;
  if (retryAfterSeconds) reply.header('retry-after', String(retryAfterSeconds));
  if (allow) reply.header('allow', allow);
  const body: FailureBody = {
    error: { code: failure.code, message: failure.message, ...shown },
    request_id: request.id,
  };
  return sendJson(reply, body, failure.http);
}

/** Sends JSON that no cache may keep. */
export const sendJson = (reply: FastifyReply, body: object | null, http = 200): FastifyReply =>
  reply
    .code(http)
    .header('content-type', 'application/json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(jsonLine(body));
