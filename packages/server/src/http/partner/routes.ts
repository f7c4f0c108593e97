/** From the contract's endpoints to the routes of the Partner API. */
import { type Endpoint, type EndpointName, endpoints, Refusal } from '@switchboard/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ByToken } from '../../operation.ts';
import { addActivityCsv } from '../console/activity-csv.ts';
import { addToConsole, type ConsoleDoorOptions } from '../console/door.ts';
import { Authenticator } from './authenticate.ts';
import { answerSchema, runCall } from './call.ts';
import type { CallOptions } from './call-context.ts';
import { RateLimit } from './rate-limit.ts';

type Surface = Endpoint['surface'];

/** The endpoints of some surfaces, with their names. */
export const endpointsOf = (...surfaces: Surface[]): [EndpointName, Endpoint][] =>
  (Object.entries(endpoints) as [EndpointName, Endpoint][]).filter(([, { surface }]) =>
    surfaces.includes(surface),
  );

/** Path → the method it has. */
export const methodsOf = (...surfaces: Surface[]): Map<string, string> =>
  new Map(endpointsOf(...surfaces).map(([, { path, method }]) => [path, method]));

/** @param rateLimitRps requests per second and partner; 0 is no limit */
export function addPartnerRoutes(
  server: FastifyInstance,
  options: CallOptions & ConsoleDoorOptions & { rateLimitRps: number },
): void {
  const authenticator = new Authenticator(options.database);
  const rateLimit = new RateLimit(options.rateLimitRps);

  addActivityCsv(server, options, rateLimit);
  for (const [name, endpoint] of endpointsOf('public', 'partner')) {
    if (endpoint.surface === 'partner') addToConsole(server, name, endpoint, options, rateLimit);
    const callers = new WeakMap<FastifyRequest, { caller: ByToken; sure: boolean }>();
    server.route({
      method: endpoint.method,
      url: endpoint.path,
      ...(endpoint.bodyLimit !== undefined && { bodyLimit: endpoint.bodyLimit }),
      schema: { response: { 200: answerSchema(endpoint) } },
      onRequest: async (request, reply) => {
        if (endpoint.surface !== 'partner') return;
        const known = await authenticator.identify(request.headers.authorization);
        request.mode = known.caller.mode;
        request.partnerId = known.caller.partnerId;
        rateLimit.take(known.caller.partnerId, reply);
        // A kept answer never runs the statement that would confirm the token.
        const confirmsItself = endpoint.confirmsToken && !request.headers['idempotency-key'];
        if (!known.sure && !confirmsItself) {
          await authenticator.confirm(known.caller.tokenHash);
          known.sure = true;
        }
        callers.set(request, known);
      },
      handler: async (request, reply) => {
        const known = callers.get(request);
        const owe = (requests: number) =>
          known && rateLimit.owe(known.caller.partnerId, requests, reply);
        try {
          return await runCall(name, endpoint, request, reply, { ...options, owe }, known?.caller);
        } catch (error) {
          if (known && !known.sure && error instanceof Refusal)
            await authenticator.confirm(known.caller.tokenHash);
          throw error;
        }
      },
    });
  }
}
