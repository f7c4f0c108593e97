/**
 * `/login-link/{token}`: looking at a link uses nothing up; only the page's own POST, from exactly
 * this host, makes the session (`docs/entering.md`, Who made a link). The log has the route's pattern.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findLoginLink, useLoginLink } from '../../agents/login-link.ts';
import { Failure } from '../../failure.ts';
import { findSession } from '../../people/sessions/session.ts';
import {
  clearedCookie,
  readSession,
  readSessions,
  sessionCookie,
} from '../../people/sessions/session-cookie.ts';
import { sendDocument } from '../documents/document.ts';
import { languageOf, themeOf } from '../documents/language.ts';
import type { PageOptions } from '../pages/page-call.ts';
import type { Site } from '../site.ts';
import { sendWrongHost, siteOrUndefined } from '../wrong-host.ts';
import {
  LOGIN_SCRIPT_PATH,
  LOGIN_STYLE_PATH,
  loginPage,
  loginScript,
  loginStyle,
  overPage,
} from './login-link-page.ts';

const URL_PATTERN = '/login-link/:token';

export type LoginLinkOptions = PageOptions & {
  embedOrigins: readonly string[];
  consoleAddress: () => string;
};

export function addLoginLinkRoutes(server: FastifyInstance, options: LoginLinkOptions): void {
  const { database, cookies, consoleAddress } = options;

  const tokenOf = ({ params }: FastifyRequest) => (params as { token: string }).token;
  const sendOver = (request: FastifyRequest, reply: FastifyReply, site: Site) =>
    sendDocument(request, reply, overPage(lookOf(request, site, options)), 410);

  server.route({
    method: ['GET', 'HEAD'],
    url: URL_PATTERN,
    handler: async (request, reply) => {
      const site = await siteOrUndefined(request, options);
      if (!site) return sendWrongHost(request, reply, consoleAddress());
      const { server: name, realm } = site;
      const link = name && (await database.read((db) => findLoginLink(db, tokenOf(request), name)));
      if (!link) return sendOver(request, reply, site);
      const sent = readSession(request.headers.cookie, cookies);
      const session = sent && (await database.read((db) => findSession(db, sent.token, realm)));
      const page = loginPage(lookOf(request, site, options), {
        accountName: link.account_name,
        agentName: link.agent_name,
        ...(session && session.person_id !== link.person_id && { signedInAs: session.email }),
      });
      return sendDocument(request, reply, page);
    },
  });

  server.route({
    method: 'POST',
    url: URL_PATTERN,
    handler: async (request, reply) => {
      const site = await siteOrUndefined(request, options);
      if (!site) return sendWrongHost(request, reply, consoleAddress());
      const { server: name } = site;
      // Here a missing Origin is not enough: every browser sends one with a form.
      if (!site.origins.includes(request.headers.origin ?? '')) throw new Failure('origin_refused');
      const framed = isFramed(request);
      const use = name && {
        token: tokenOf(request),
        server: name,
        userAgent: request.headers['user-agent'],
        // Their cookies go: nobody could sign them out any more.
        replaces: readSessions(request.headers.cookie, cookies)
          .filter((sent) => !framed || sent.framed)
          .map(({ token }) => token),
      };
      const from = { address: request.ip, requestId: request.id };
      const used = use && (await database.write((db) => useLoginLink(db, from, use)));
      if (!used) return sendOver(request, reply, site);
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
      logLevel: 'warn',
      handler: (request, reply) => sendDocument(request, reply, document),
    });
}

const lookOf = (request: FastifyRequest, site: Site, options: LoginLinkOptions) => ({
  language: languageOf(request),
  theme: themeOf(request),
  // The console is framed by nobody.
  embedOrigins: site.server === undefined ? [] : options.embedOrigins,
});

/** Browsers say what they navigate, and no page can say it for them. */
const isFramed = ({ headers }: FastifyRequest): boolean =>
  headers['sec-fetch-dest'] === 'iframe' || headers['sec-fetch-dest'] === 'frame';
