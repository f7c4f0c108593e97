/** The operator's routes: on a socket that only its owner can open, or behind a token. */
import { timingSafeEqual } from 'node:crypto';
import { Refusal } from '@switchboard/contract';
import type { FastifyInstance } from 'fastify';
import { sha256 } from '../partners/access-token.ts';
import { answerSchema, type CallOptions, runCall } from './call.ts';
import { endpointsOf } from './routes.ts';
import { addTransferRoutes } from './transfer.ts';

/** @param options with `token`, compared in constant time; undefined on a unix socket */
export function addOperatorRoutes(
  server: FastifyInstance,
  options: CallOptions & { token: string | undefined },
): void {
  const expected = options.token === undefined ? undefined : sha256(options.token);
  server.addHook('onRequest', async (request) => {
    if (!expected) return;
    const given = /^bearer +([^\s]+) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (!timingSafeEqual(sha256(given), expected)) throw new Refusal('operator_token_invalid');
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
