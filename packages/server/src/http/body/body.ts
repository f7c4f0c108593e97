/** What a client sent: a JSON object in the body, or the query. */
import { type Endpoint, type Mode, quotedName, Refusal } from '@switchboard/contract';
import type { FastifyRequest } from 'fastify';
import { otherThanJson, whereUtf8Breaks } from './arrived.ts';
import { RepeatedKey, readJson } from './json.ts';

type Sent = Readonly<Record<string, unknown>>;

/**
 * The parameters of a request, unjudged. A POST takes them in the body, a GET in the query, a
 * DELETE in the body or, when it has none, in the query.
 *
 * @throws Refusal body_invalid
 */
export function readSent(endpoint: Endpoint, request: FastifyRequest): Sent {
  return isInQuery(endpoint, request) ? (request.query as Sent) : readJsonBody(request);
}

/**
 * The names that came where the call takes no parameters: in the query of one that takes them in
 * the body, in the JSON body of a GET.
 *
 * @returns what mode `original` leaves out
 * @throws Refusal parameter_unknown in mode `strict`; in mode `original` too for a name in the query
 *   that the call knows, since its sender must be told that nothing came of it
 */
export function strayNames(endpoint: Endpoint, request: FastifyRequest, mode: Mode): string[] {
  if (endpoint.method === 'GET') return strayBody(request, mode);
  if (endpoint.lenient || isInQuery(endpoint, request)) return [];
  const strays = Object.keys(request.query as Sent);
  const refused = strays.find((name) => mode === 'strict' || isMeant(endpoint, name));
  if (refused === undefined) return strays;
  throw new Refusal('parameter_unknown', {
    message: `The parameter ${quotedName(refused)} came in the query; this call takes its parameters in the body.`,
  });
}

/** What is no JSON names no parameter, nor does an empty object. */
function strayBody(request: FastifyRequest, mode: Mode): string[] {
  const value = jsonOrUndefined(bytesOf(request));
  if (value === undefined) return [];
  const names = isObject(value) ? Object.keys(value) : [];
  const [name] = names;
  if (mode === 'original' || (isObject(value) && name === undefined)) return names;
  const what = name === undefined ? 'JSON' : `The parameter ${quotedName(name)}`;
  throw new Refusal('parameter_unknown', {
    message: `${what} came in the body; this call takes its parameters in the query.`,
  });
}

const isMeant = ({ request, slips }: Endpoint, name: string): boolean =>
  Object.hasOwn(request, name) ||
  Object.hasOwn(slips ?? {}, name) ||
  Object.values(request).some(({ alias }) => alias === name);

const isInQuery = (endpoint: Endpoint, request: FastifyRequest): boolean =>
  endpoint.method === 'GET' || (endpoint.method === 'DELETE' && bytesOf(request).length === 0);

const NOTHING = new Uint8Array();
const bytesOf = ({ body }: FastifyRequest): Uint8Array => (body as Buffer | undefined) ?? NOTHING;

const utf8 = new TextDecoder('utf-8', { fatal: true });

function jsonOrUndefined(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    return undefined;
  }
}

/**
 * The JSON object in a body, whatever its Content-Type says; a BOM is skipped. Numbers are those
 * that were written (`readJson`).
 *
 * @throws Refusal body_invalid, saying what arrived instead, or which key came twice
 */
export function readJsonBody(request: FastifyRequest): Sent {
  let value: unknown;
  try {
    value = readJson(utf8.decode(bytesOf(request)));
  } catch (error) {
    throw unreadable(request, error);
  }
  if (isObject(value)) return value;
  const what = Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`;
  throw notAnObject(`is ${what}`);
}

const isObject = (value: unknown): value is Sent =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function unreadable(request: FastifyRequest, error: unknown): Refusal {
  if (error instanceof RepeatedKey)
    return new Refusal('body_invalid', { message: `The body ${error.message}.` });
  const bytes = bytesOf(request);
  const encoding = request.headers['content-encoding'];
  const other = otherThanJson({ bytes, type: request.sentType, encoding });
  const problem = other ?? whereUtf8Breaks(bytes);
  return notAnObject(problem ?? (error instanceof Error ? error.message : 'is not JSON'));
}

const notAnObject = (problem: string): Refusal =>
  new Refusal('body_invalid', {
    message: `The body ${problem}; it must be one JSON object in UTF-8.`,
  });
