/** The composition root: (configuration, database) → servers, by plain calls. */
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { caseProblem } from './accounts/list/fold-case.ts';
import { BuilderChecks, type BuilderChecksOptions } from './builder-checks/builder-checks.ts';
import type { Config } from './config.ts';
import type { Database } from './database/database.ts';
import { Delivering } from './delivery/sending/delivering.ts';
import { pausedLetters } from './delivery/sending/pause.ts';
import { newPusher } from './delivery/sending/push.ts';
import { newPushNow } from './delivery/sending/push-now.ts';
import { FeedWaits } from './events/feed/feed-waits.ts';
import { LiveStreams } from './events/live.ts';
import { PartnerLive } from './events/partner-live.ts';
import { STREAM_LIMITS } from './events/stream-table.ts';
import { Tail } from './events/tail.ts';
import { Guard } from './guard/guarded-fetch.ts';
import {
  type ConnectionLimits,
  operatorConnections,
  partnerConnections,
} from './http/connections.ts';
import { addPages } from './http/documents/pages.ts';
import { addHealthRoutes } from './http/health.ts';
import type { Metrics } from './http/metrics.ts';
import { addOAuthRoutes } from './http/oauth/oauth.ts';
import { addOperatorRoutes } from './http/operator/operator.ts';
import { transferMethods } from './http/operator/transfer.ts';
import type { CallOptions } from './http/partner/call-context.ts';
import { addPartnerRoutes, methodsOf } from './http/partner/routes.ts';
import { createServer } from './http/server.ts';
import type { HostOptions } from './http/site.ts';
import { askAtStart, watchRequests } from './http/warnings.ts';
import { proxiesIn } from './installation/proxies.ts';
import { baseUrlOf, consoleHostOf } from './installation/public-address.ts';
import { VERSION } from './installation/version.ts';
import type { Mailer } from './mail/mailer.ts';
import { addOnline, cookiesOf, type OnlineLimits } from './online.ts';
import type { Policy } from './operation.ts';
import { operations } from './operations.ts';
import { quickstartFile } from './quickstart/quickstart.ts';
import { derivedKeys } from './sealing.ts';

export type AppOptions = {
  config: Config;
  database: Database;
  /** The first signs; all are accepted. */
  secretKeys: readonly string[];
  log: FastifyBaseLogger;
  mailer: Mailer;
  metrics?: Metrics | undefined;
  /** In place of what `connections.ts` allows, for tests. */
  connections?: { partners: ConnectionLimits; operator: ConnectionLimits } | undefined;
  /** Others than the usual ones. */
  limits?: Partial<OnlineLimits> | undefined;
  /** At builders: others than the usual choices, for tests. */
  looking?: Partial<Pick<BuilderChecksOptions, 'guard' | 'allowPrivate' | 'everyMs'>> | undefined;
  /** False for tests that make deliveries and their outcomes themselves. */
  delivers?: boolean | undefined;
};

export type App = {
  /** For partners and people. */
  http: FastifyInstance;
  /** For the operator alone, on a listener of its own. */
  operator: FastifyInstance;
};

/** Builds both servers; neither listens yet. */
export function createApp(options: AppOptions): App {
  const { config, database, secretKeys, log, mailer, metrics, limits } = options;
  const mode = config.compatibility;
  const hosts = hostsOf(config);
  const addressOf = (server?: string) => baseUrlOf(config, portOf(http) ?? config.port, server);
  const guard = new Guard();
  const push = newPusher(guard, config.webhookAllowPrivate);
  const tail = new Tail(database);
  const feedWaits = new FeedWaits(tail);
  const call: CallOptions = {
    database,
    operations,
    secretKeys,
    policy: policyOf(config, addressOf),
    trustsProxy: config.trustProxy !== false,
    webhookKeys: derivedKeys(secretKeys, 'webhooks'),
    pushNow: newPushNow(push),
    feedWaits,
    post: (letter) => mailer.post(letter, 'person', { kind: 'members' }),
    pokeMail: () => online.pokeMail(),
    cut: (server, accountId) => streams.cut(server, accountId),
  };
  const streamLimits = { ...STREAM_LIMITS, ...limits?.streams };
  const partnerLive = new PartnerLive(database, tail, streamLimits);
  const builders = buildersOf(options, tail);
  const streams = new LiveStreams(database, tail, log, streamLimits);

  const http: FastifyInstance = createServer(
    {
      log,
      metrics,
      mode,
      isProxy: proxiesIn(config.trustProxy),
      connections: options.connections?.partners ?? partnerConnections,
      unknownPage: async (request, reply) => {
        await online.webApp.sendPage(request, reply, 404);
        return true;
      },
    },
    methodsOf('public', 'partner'),
  );
  const warnings = watchRequests(http, { ...hosts, trustsProxy: call.trustsProxy, log });
  const letters = askAtStart(http, log, () => database.read(caseProblem));
  addPartnerRoutes(http, {
    ...{ ...call, hosts, cookies: cookiesOf(config, secretKeys) },
    rateLimitRps: config.rateLimitRps,
  });
  const origin = () => addressOf();
  addOAuthRoutes(http, { ...call, issuer: origin });
  addHealthRoutes(http, database, () => [...warnings(), ...letters(), ...online.warnings()]);
  const online = addOnline(http, {
    ...{ config, hosts, database, secretKeys, log, mailer, addressOf, limits },
    ...{ streams, partnerLive },
  });
  addPages(http, origin);

  const operator = createServer(
    {
      log,
      mode: 'strict',
      isProxy: proxiesIn(false),
      connections: options.connections?.operator ?? operatorConnections,
    },
    new Map([...methodsOf('operator'), ...transferMethods]),
  );
  addOperatorRoutes(operator, { ...call, token: config.operatorToken });
  for (const server of [http, operator])
    server.addHook('onResponse', async ({ method }) => {
      if (method !== 'GET') tail.nudge();
    });
  const delivering = new Delivering({
    ...{ database, tail, log, keys: call.webhookKeys },
    push,
    paused: (paused) => {
      for (const letter of pausedLetters(paused)) mailer.post(letter, 'person');
    },
    tried: metrics && ((outcome) => metrics.pushTried(outcome)),
  });
  if (options.delivers !== false) http.addHook('onListen', async () => delivering.start());
  http.addHook('onReady', () => builders.prepare());
  http.addHook('onListen', async () => builders.start());
  http.addHook('preClose', async () => {
    await delivering.stop();
    guard.close();
    streams.close();
    partnerLive.close();
    feedWaits.close();
    await builders.stop();
    await tail.close();
  });
  return { http, operator };
}

const buildersOf = ({ config, database, log, looking }: AppOptions, tail: Tail): BuilderChecks =>
  new BuilderChecks({
    ...{ database, tail, log },
    isOn: config.builderCheck,
    httpHosts: config.builderHttpHosts,
    userAgent: `Switchboard-builder-check/${VERSION}`,
    guard: looking?.guard ?? new Guard(),
    allowPrivate: looking?.allowPrivate ?? false,
    everyMs: looking?.everyMs,
  });

const hostsOf = (config: Config): HostOptions => ({
  baseDomain: config.baseDomain,
  consoleHost: consoleHostOf(config),
  publicScheme: config.publicScheme,
  publicPort: config.publicPort,
});

/** The port it listens on; undefined while it does not. */
function portOf({ server }: FastifyInstance): number | undefined {
  const address = server.address();
  return typeof address === 'object' ? address?.port : undefined;
}

/** The installation's choices that operations need. */
export const policyOf = (config: Config, addressOf: Policy['addressOf']): Policy => ({
  builderHosts: config.builderHosts,
  builderHttpHosts: config.builderHttpHosts,
  mode: config.compatibility,
  quickstartFile: quickstartFile(config.dataDir),
  addressOf,
});
