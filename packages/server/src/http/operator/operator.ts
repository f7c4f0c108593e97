/** The operator's routes: on a socket that only its owner can open, or behind a token. */
import { timingSafeEqual } from 'node:crypto';
import { Refusal } from '@switchboard/contract';
import type { FastifyInstance } from 'fastify';
import { sha256 } from '../../secret.ts';
import { bearerToken } from '../partner/authorization.ts';
import { answerSchema, runCall } from '../partner/call.ts';
import type { CallOptions } from '../partner/call-context.ts';
import { endpointsOf } from '../partner/routes.ts';
import { TokenFailures } from './operator-failures.ts';
import { addTransferRoutes } from './transfer.ts';

/**
 * @param options with `token`, compared in constant time, and only while its sender has not failed
 *   too often; undefined on a unix socket
 */
export function addOperatorRoutes(
  server: FastifyInstance,
  options: CallOptions & { token: string | undefined },
): void {
  const expected = options.token === undefined ? undefined : sha256(options.token);
  const failures = new TokenFailures();
  server.addHook('onRequest', async (request) => {
    if (!expected) return;
    failures.check(request.ip);
    const given = bearerToken(request.headers.authorization);
    if (given !== undefined && timingSafeEqual(sha256(given), expected)) return;
    // A request without a token is no guess.
    if (given !== undefined) failures.count(request.ip);
    throw new Refusal('operator_token_invalid');
  });
  for (const [name, endpoint] of endpointsOf('operator'))
    server.route({
      method: endpoint.method,
      url: endpoint.path,
      schema: { response: { 200: answerSchema(endpoint) } },
      handler: (request, reply) => runCall(name, endpoint, request, reply, options, undefined),
    });
  addTransferRoutes(server, options);
}
