/** How OAuth's own paths refuse: RFC 6749, 5.2, whatever the mode of the installation. */
import type { Refusal } from '@switchboard/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { noteFault } from '../fault.ts';
import { refusalOf } from '../partner/answers.ts';

type Code =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_scope'
  | 'unsupported_grant_type'
  | 'slow_down'
  | 'temporarily_unavailable'
  | 'server_error';

/** A refusal in OAuth's words; its message becomes `error_description`. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly code: Code;
  readonly http: number;

  constructor(code: Code, message: string, http = code === 'invalid_client' ? 401 : 400) {
    super(message);
    this.code = code;
    this.http = http;
  }
}

/** Sends whatever was thrown, logging whole what is our fault. */
export function sendOAuthError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const refusal = error instanceof OAuthError ? undefined : refusalOf(error);
  const { code, http, message } = refusal ? translated(refusal) : (error as OAuthError);
  noteFault(request, error, http);
  const { retryAfterSeconds } = refusal?.details ?? {};
  if (retryAfterSeconds) reply.header('retry-after', String(retryAfterSeconds));
  if (http === 401) reply.header('www-authenticate', 'Basic realm="switchboard"');
  return neverStored(reply)
    .code(http)
    .send({ error: code, error_description: ascii(message) });
}

/** RFC 6749, 5.1: no answer of these paths may be kept by a cache. */
export const neverStored = (reply: FastifyReply): FastifyReply =>
  reply.header('cache-control', 'no-store').header('pragma', 'no-cache');

/**
 * `slow_down` (RFC 8628) is the one registered error of a token endpoint that says to wait; the six
 * of RFC 6749 tell a client to change its request.
 */
function translated(refusal: Refusal): OAuthError {
  const { http, message } = refusal;
  if (http === 401) return new OAuthError('invalid_client', message);
  if (http === 429) return new OAuthError('slow_down', message, 429);
  if (http === 503) return new OAuthError('temporarily_unavailable', message, 503);
  if (http >= 500) return new OAuthError('server_error', message, http);
  return new OAuthError('invalid_request', message, http);
}

/** RFC 6749 allows printable ASCII here but `"` and `\`. */
const ascii = (text: string): string => text.replace(/["\\]/g, "'").replace(/[^ -~]/g, '?');
