/**
 * How the online's pages call: the host decides the site, a write must come from this very site,
 * the session is in a cookie, bodies are JSON. Their routes are all declared through here.
 */
import { type PageCall, type PageInput, quotedName } from '@switchboard/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Database } from '../../database/database.ts';
import { Failure } from '../../failure.ts';
import { type CookieOptions, readSession } from '../../people/sessions/session-cookie.ts';
import { readJsonBody } from '../body/body.ts';
import { requireOwnOrigin, type Site, type SiteOptions, siteOf } from '../site.ts';
import { sendFailure, sendJson } from './failures.ts';

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
 * What was sent, as the contract has it: the path's parameters and the fields of body or query.
 *
 * @throws Failure not_found for a parameter that cannot be one; read_only; body_invalid, or
 *   request_invalid with the first field at fault
 */
export function readInput<C extends PageCall>({ request }: PageRequest, call: C): PageInput<C> {
  const params = Object.entries(call.params ?? {}).map(([name, schema]) => {
    const read = schema.safeParse((request.params as Record<string, string>)[name]);
    if (!read.success) throw new Failure('not_found');
    return [name, read.data];
  });
  const sent = call.method === 'GET' ? readQuery(request, call.query) : readBody(request, call);
  return { ...sent, ...Object.fromEntries(params) } as PageInput<C>;
}

const readQuery = (request: FastifyRequest, schema: z.ZodType | undefined): object =>
  schema ? (parse(request.query, schema) as object) : {};

/** Where a call takes no body none must be sent; what is sent must be an object all the same. */
function readBody(request: FastifyRequest, { body, readOnly = [] }: PageCall): object {
  if (!body && !(request.body as Buffer | undefined)?.length) return {};
  const sent = readJsonBody(request);
  const parameter = readOnly.find((name) => Object.hasOwn(sent, name));
  if (parameter) throw new Failure('read_only', { parameter });
  return body ? (parse(sent, body) as object) : {};
}

function parse<S extends z.ZodType>(value: unknown, schema: S): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  if (unknown !== undefined)
    throw new Failure('request_invalid', {
      // It comes from outside: short, and nothing that JSON cannot hold.
      parameter: unknown.slice(0, 50).toWellFormed(),
      message: `The field ${quotedName(unknown)} is not known here.`,
    });
  const parameter = String(issue?.path[0] ?? '');
  const own = issue?.code === 'custom' ? issue.message : 'is missing or not valid';
  throw new Failure('request_invalid', {
    ...(parameter && { parameter }),
    message: `${parameter || 'The body'} ${own}.`,
  });
}
