/** The online, put together: who signs in, the workspace, live streams, mail that is owed, pages. */
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { startMailingAgents } from './agents/mail-agents.ts';
import type { Config } from './config.ts';
import type { Database } from './database/database.ts';
import { LiveStreams } from './events/live.ts';
import { addIdentityRoutes } from './http/identity.ts';
import { addInvitationRoutes } from './http/invitation.ts';
import { addLoginLinkRoutes } from './http/login-link.ts';
import type { PageOptions } from './http/page-call.ts';
import { addProfileRoutes } from './http/profile.ts';
import { addWebApp, type WebApp } from './http/web-app.ts';
import { addWorkspaceRoutes } from './http/workspace.ts';
import type { Mailer } from './mail/mailer.ts';
import { createIdentity } from './people/identity.ts';
import { identitySecret } from './people/session-cookie.ts';

export type OnlineOptions = {
  config: Config;
  database: Database;
  secretKeys: readonly string[];
  log: FastifyBaseLogger;
  mailer: Mailer;
  /** Where a server's online is, or the console; made from the configuration. */
  addressOf: (server?: string) => string;
};

export function addOnline(http: FastifyInstance, options: OnlineOptions): WebApp {
  const { config, database, log, mailer, addressOf } = options;
  const pages: PageOptions = {
    database,
    baseDomain: config.baseDomain,
    publicScheme: config.publicScheme,
    cookies: {
      secrets: options.secretKeys.map(identitySecret),
      secure: config.publicScheme === 'https',
    },
  };
  let mail: ReturnType<typeof startMailingAgents> | undefined;
  const pokeMail = () => mail?.poke();
  const streams = new LiveStreams(database, log);

  addIdentityRoutes(http, {
    ...pages,
    identity: createIdentity({ ...options, cookies: pages.cookies }),
    trustsProxy: config.trustProxy !== false,
    addressOf,
  });
  addWorkspaceRoutes(http, { ...pages, streams, pokeMail });
  addProfileRoutes(http, { ...pages, pokeMail });
  addInvitationRoutes(http, pages);
  const embedding = {
    embedOrigins: config.embedOrigins,
    consoleAddress: () => addressOf(),
  };
  addLoginLinkRoutes(http, { ...pages, ...embedding });

  // Links in mails name the port, which is known once it listens.
  http.addHook('onListen', async () => {
    mail = startMailingAgents({ database, mailer, addressOf, log });
  });
  http.addHook('preClose', async () => {
    streams.close();
    await mail?.stop();
  });
  return addWebApp(http, { ...pages, ...embedding });
}
