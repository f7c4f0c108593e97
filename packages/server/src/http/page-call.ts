/**
 * How the online's pages call: the host decides the site, a write must come from this very site,
 * the session is in a cookie, bodies are JSON. Their routes are all declared through here.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Database } from '../database/database.ts';
import { Failure } from '../failure.ts';
import { type CookieOptions, readSession } from '../people/session-cookie.ts';
import { readJsonObject } from './body.ts';
import { sendFailure, sendJson } from './failures.ts';
import { requireOwnOrigin, type Site, type SiteOptions, siteOf } from './site.ts';

export type PageOptions = SiteOptions & {
  database: Database;
  cookies: CookieOptions;
};

export type PageRequest = {
  request: FastifyRequest;
  reply: FastifyReply;
  site: Site;
  /** Of the session that the request carries; it proves nothing until the database knows it. */
  token: string | undefined;
};

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
/** Answers what is sent as JSON; undefined when it has answered itself. */
export type Handler = (call: PageRequest) => Promise<object | undefined>;
export type Handlers = { [M in Method]?: Handler };

declare module 'fastify' {
  interface FastifyContextConfig {
    handlers?: Handlers;
  }
}

const METHODS: Method[] = ['GET', 'POST', 'PATCH', 'DELETE'];

/** Adds one path with its methods; any other method is answered with 405. */
export function addPageCalls(
  server: FastifyInstance,
  options: PageOptions,
  url: string,
  handlers: Handlers,
): void {
  const allow = METHODS.filter((method) => handlers[method]).join(', ');
  server.route({
    method: METHODS,
    url,
    config: { handlers },
    errorHandler: sendFailure,
    handler: async (request, reply) => {
      const site = await siteOf(request, options);
      const method = request.method as Method;
      const handler = handlers[method];
      if (!handler) throw new Failure('method_not_allowed', { allow });
      if (method !== 'GET') requireOwnOrigin(request, site);
      const token = readSession(request.headers.cookie, options.cookies)?.token;
      const answer = await handler({ request, reply, site, token });
      return answer === undefined ? reply : sendJson(reply, answer);
    },
  });
}

/**
 * The body as the contract's schema has it; an empty object where a call takes none, and where
 * nothing was sent but nothing must be.
 *
 * @throws Failure body_invalid, or request_invalid with the first field at fault
 */
export function readBodyOr<S extends z.ZodType>(
  request: FastifyRequest,
  schema: S | undefined,
): z.output<S> {
  const isEmpty = request.method === 'GET' || !(request.body as Buffer | undefined)?.length;
  const empty = isEmpty ? (schema?.safeParse({}) ?? { success: true, data: {} }) : undefined;
  if (empty?.success) return empty.data as z.output<S>;
  return schema
    ? readBody(request, schema)
    : (readJsonObject(request.body as Buffer) as z.output<S>);
}

/**
 * The body as the contract's schema has it.
 *
 * @throws Failure body_invalid, or request_invalid with the first field at fault
 */
export function readBody<S extends z.ZodType>(request: FastifyRequest, schema: S): z.output<S> {
  return parse(readJsonObject(request.body as Buffer | undefined), schema);
}

/** The query, likewise. */
export const readQuery = <S extends z.ZodType>(request: FastifyRequest, schema: S): z.output<S> =>
  parse(request.query, schema);

function parse<S extends z.ZodType>(value: unknown, schema: S): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const field = String(unknown ?? issue?.path[0] ?? '');
  // Names come from outside: short, and nothing that JSON cannot hold.
  const parameter = field.slice(0, 50).toWellFormed();
  const own = issue?.code === 'custom' ? issue.message : 'is missing or not valid';
  throw new Failure('request_invalid', {
    ...(parameter && { parameter }),
    message: `${parameter || 'The body'} ${unknown === undefined ? own : 'is not known here'}.`,
  });
}
