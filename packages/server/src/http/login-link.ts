/**
 * `/login-link/{token}`: looking at a link uses nothing up; only the page's own POST, from exactly
 * this host, makes the session (`entry.md`, Sessions and links). The log has the route's pattern.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { findLoginLink, useLoginLink } from '../agents/login-link.ts';
import { Failure } from '../failure.ts';
import { findSession, type SessionRow } from '../people/session.ts';
import { clearedCookie, readSession, sessionCookie } from '../people/session-cookie.ts';
import { sendDocument } from './document.ts';
import { languageOf, themeOf } from './language.ts';
import {
  LOGIN_SCRIPT_PATH,
  LOGIN_STYLE_PATH,
  loginPage,
  loginScript,
  loginStyle,
  overPage,
} from './login-link-page.ts';
import type { PageOptions } from './page-call.ts';
import { type Site, siteOf } from './site.ts';

const URL_PATTERN = '/login-link/:token';

export function addLoginLinkRoutes(
  server: FastifyInstance,
  options: PageOptions & { embedOrigins: readonly string[] },
): void {
  const { database, cookies, embedOrigins } = options;
  const look = (request: FastifyRequest) => ({
    language: languageOf(request),
    theme: themeOf(request),
    embedOrigins,
  });
  const tokenOf = ({ params }: FastifyRequest) => (params as { token: string }).token;

  /** The live session of this browser at this site. */
  const sessionOf = async (
    request: FastifyRequest,
    site: Site,
  ): Promise<SessionRow | undefined> => {
    const sent = readSession(request.headers.cookie, cookies);
    return sent && database.read((db) => findSession(db, sent.token, site.realm));
  };

  server.route({
    method: ['GET', 'HEAD'],
    url: URL_PATTERN,
    handler: async (request, reply) => {
      const site = await siteOf(request, options);
      const { server: name } = site;
      const link =
        name === undefined
          ? undefined
          : await database.read((db) => findLoginLink(db, tokenOf(request), name));
      if (!link) return sendDocument(request, reply, overPage(look(request)), 410);
      const session = await sessionOf(request, site);
      const isSomebodyElse = session !== undefined && session.person_id !== link.person_id;
      const page = loginPage(look(request), {
        accountId: link.account_id,
        accountName: link.account_name,
        agentName: link.agent_name,
        ...(isSomebodyElse && { signedInAs: session.email }),
      });
      return sendDocument(request, reply, page);
    },
  });

  server.route({
    method: 'POST',
    url: URL_PATTERN,
    handler: async (request, reply) => {
      const site = await siteOf(request, options);
      const { server: name } = site;
      // Here a missing Origin is not enough: every browser sends one with a form.
      if (request.headers.origin !== site.origin) throw new Failure('origin_refused');
      const framed = isFramed(request);
      const before = await sessionOf(request, site);
      const used =
        name === undefined
          ? undefined
          : await database.write((db) =>
              useLoginLink(
                db,
                { address: request.ip, requestId: request.id },
                {
                  token: tokenOf(request),
                  server: name,
                  userAgent: request.headers['user-agent'],
                  // Its cookie is about to be overwritten: nobody could sign it out any more.
                  replaces: framed ? undefined : before?.id,
                },
              ),
            );
      if (!used) return sendDocument(request, reply, overPage(look(request)), 410);
      reply.header('set-cookie', sessionCookie(used.sessionToken, framed, cookies));
      // A frame's cookie from an earlier link would be read before this one.
      if (!framed) reply.header('set-cookie', clearedCookie(true, cookies));
      return reply
        .code(303)
        .header('location', `/accounts/${used.accountId}`)
        .header('cache-control', 'no-store')
        .send();
    },
  });

  for (const [url, document] of [
    [LOGIN_SCRIPT_PATH, loginScript],
    [LOGIN_STYLE_PATH, loginStyle],
  ] as const)
    server.route({
      method: ['GET', 'HEAD'],
      url,
      handler: (request, reply) => sendDocument(request, reply, document),
    });
}

/** Browsers say what they navigate, and no page can say it for them. */
const isFramed = ({ headers }: FastifyRequest): boolean =>
  headers['sec-fetch-dest'] === 'iframe' || headers['sec-fetch-dest'] === 'frame';
