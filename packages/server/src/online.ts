/** The online, put together: who signs in, the workspace, mail that is owed, pages. */
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { LastEntered } from './agents/last-entered.ts';
import type { Config } from './config.ts';
import type { Database } from './database/database.ts';
import type { LiveStreams } from './events/live.ts';
import type { PartnerLive } from './events/partner-live.ts';
import type { StreamLimits } from './events/stream-table.ts';
import { addWebApp, type WebApp } from './http/documents/web-app.ts';
import { addLoginLinkRoutes } from './http/identity/login-link.ts';
import type { PageOptions } from './http/pages/page-call.ts';
import { addPageRoutes, UNHURRIED_MS } from './http/pages/page-routes.ts';
import { WRITE_RATE, WriteLimit, type WriteRate } from './http/pages/write-limit.ts';
import type { HostOptions } from './http/site.ts';
import type { Mailer } from './mail/mailer.ts';
import { startMailing } from './owed-mail/mailing.ts';
import { identityKeys } from './people/keys.ts';
import type { CookieOptions } from './people/sessions/session-cookie.ts';

/** How much one person may do, and one node hold. */
export type OnlineLimits = {
  writes: WriteRate;
  streams: StreamLimits;
  /** No refused sign-in answers sooner, in milliseconds. */
  unhurriedMs: number;
};

export type OnlineOptions = {
  config: Config;
  hosts: HostOptions;
  database: Database;
  secretKeys: readonly string[];
  log: FastifyBaseLogger;
  mailer: Mailer;
  streams: LiveStreams;
  partnerLive: PartnerLive;
  /** Where a server's online is, or the console; made from the configuration. */
  addressOf: (server?: string) => string;
  /** Others than the usual ones. */
  limits?: Partial<OnlineLimits> | undefined;
};

export type Online = {
  webApp: WebApp;
  /** A letter may be owed to somebody. */
  pokeMail(): void;
  /** What an operator should know, in sentences. */
  warnings(): string[];
};

/** How the cookies of sessions are written and read. */
export const cookiesOf = (
  { publicScheme }: Pick<Config, 'publicScheme'>,
  secretKeys: readonly string[],
): CookieOptions => ({
  secrets: identityKeys(secretKeys).cookies,
  secure: publicScheme === 'https',
});

export function addOnline(http: FastifyInstance, options: OnlineOptions): Online {
  const { config, database, log, mailer, streams, addressOf } = options;
  const keys = identityKeys(options.secretKeys);
  const pages: PageOptions = {
    ...options.hosts,
    database,
    cookies: cookiesOf(config, options.secretKeys),
  };
  const trustsProxy = config.trustProxy !== false;
  const identity = { ...pages, keys, mailer, log, trustsProxy, addressOf };
  let mail: ReturnType<typeof startMailing> | undefined;
  const pokeMail = () => mail?.poke();
  const { writes = WRITE_RATE, unhurriedMs = UNHURRIED_MS } = options.limits ?? {};
  const writeLimit = new WriteLimit(writes);

  const inside = { writeLimit, arrivals: new Map(), lastEntered: new LastEntered(database) };
  const { partnerLive } = options;
  addPageRoutes(http, { ...identity, ...inside, streams, partnerLive, pokeMail, unhurriedMs });
  const embedding = {
    embedOrigins: config.embedOrigins,
    consoleAddress: () => addressOf(),
  };
  addLoginLinkRoutes(http, { ...pages, ...embedding });

  // Links in mails name the port, which is known once it listens.
  http.addHook('onListen', async () => {
    inside.lastEntered.start();
    mail = startMailing({ database, mailer, addressOf, log });
  });
  http.addHook('preClose', async () => {
    await mail?.stop();
    await inside.lastEntered.stop();
  });
  return {
    webApp: addWebApp(http, { ...pages, ...embedding }),
    pokeMail,
    warnings: () => [...mailer.warnings(), ...(mail?.warnings() ?? [])],
  };
}
