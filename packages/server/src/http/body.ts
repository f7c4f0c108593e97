/** What a client sent: a JSON object in the body, or the query. */
import { type Endpoint, type Mode, quotedName, Refusal } from '@switchboard/contract';
import type { FastifyRequest } from 'fastify';

type Sent = Readonly<Record<string, unknown>>;

/**
 * The parameters of a request, unjudged. A POST takes them in the body, a GET in the query, a
 * DELETE in the body or, when it has none, in the query.
 *
 * @throws Refusal body_invalid
 */
export function readSent(endpoint: Endpoint, request: FastifyRequest): Sent {
  return isInQuery(endpoint, request)
    ? (request.query as Sent)
    : readJsonObject(request.body as Buffer | undefined);
}

/**
 * The names in the query of a call that takes its parameters in the body.
 *
 * @returns what mode `original` leaves out: names that mean nothing to the call
 * @throws Refusal parameter_unknown, in mode `original` too for a name that the call knows, since
 *   its sender must be told that nothing came of it
 */
export function strayQuery(endpoint: Endpoint, request: FastifyRequest, mode: Mode): string[] {
  if (endpoint.lenient || isInQuery(endpoint, request)) return [];
  const strays = Object.keys(request.query as Sent);
  const refused = strays.find((name) => mode === 'strict' || isMeant(endpoint, name));
  if (refused === undefined) return strays;
  throw new Refusal('parameter_unknown', {
    message: `The parameter ${quotedName(refused)} came in the query; this call takes its parameters in the body.`,
  });
}

const isMeant = ({ request, slips }: Endpoint, name: string): boolean =>
  Object.hasOwn(request, name) ||
  Object.hasOwn(slips ?? {}, name) ||
  Object.values(request).some(({ alias }) => alias === name);

const isInQuery = (endpoint: Endpoint, { body }: FastifyRequest): boolean =>
  endpoint.method === 'GET' ||
  (endpoint.method === 'DELETE' && !(body as Buffer | undefined)?.length);

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses a body, whatever its Content-Type says; a BOM is skipped.
 *
 * @throws Refusal body_invalid
 */
export function readJsonObject(body: Buffer | undefined): Sent {
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(body ?? new Uint8Array()));
  } catch {
    throw new Refusal('body_invalid');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal('body_invalid');
  return value as Sent;
}
