/** A running service: database, quick start, listeners, housekeeping; and its orderly end. */
import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { createApp, policyOf } from './app.ts';
import type { Config } from './config.ts';
import { messageOf } from './database/connection.ts';
import { openDatabase } from './database/open.ts';
import { closeServer, listenForOperator, listenForPartners } from './http/listen.ts';
import { Metrics } from './http/metrics.ts';
import { baseUrlOf } from './installation/public-address.ts';
import { tellRotation } from './installation/rotation.ts';
import { createMailer } from './mail/mailer.ts';
import {
  isQuickstartActive,
  type Quickstart,
  readQuickstart,
  setUpQuickstart,
} from './quickstart/quickstart.ts';
import { startSweeping } from './sweep.ts';

export type Service = {
  /** Where people and partners reach it. */
  baseUrl: string;
  port: number;
  /** Set while the quick start's secrets are in force. */
  quickstart: Quickstart | undefined;
  /** Whether the quick start was set up just now. */
  isNew: boolean;
  /** Finishes the requests in flight and closes everything, the embedded database last. */
  stop(): Promise<void>;
};

export type ServiceOptions = {
  config: Config;
  /** `start` sets up a quick start on an empty database; `serve` is for production. */
  command: 'start' | 'serve';
  log: FastifyBaseLogger;
  /** Aborted when it is to stop while it still waits for its database. */
  stopping?: AbortSignal;
};

/**
 * Starts everything; when it returns, requests are served.
 *
 * @throws Error with a sentence for the operator
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { config, command, log } = options;
  const metrics = config.metricsPort === undefined ? undefined : new Metrics();
  const opened = await openDatabase(config, log, {
    onLost: () => metrics?.databaseLost(),
    waiting: options.stopping,
  });
  const { database, secretKeys } = opened;
  const ends: (() => unknown)[] = [opened.close];
  const stop = async () => {
    for (let end = ends.pop(); end; end = ends.pop()) await end();
  };
  try {
    if (command === 'serve' && (await isQuickstartActive(database)))
      throw new Error(
        'The quick start secrets are in force: run `npm start` and `npx switchboard quickstart remove` first.',
      );
    await tellRotation(database, secretKeys, log);
    const mailer = createMailer({
      smtpUrl: config.smtpUrl,
      outbox: join(config.dataDir, 'outbox'),
      from: config.mailFrom,
      log,
    });
    ends.push(() => mailer.close());
    const app = createApp({ config, database, secretKeys, log, mailer, metrics });
    ends.push(startSweeping(database, log));
    const made =
      command === 'start'
        ? await setUpQuickstart(
            database,
            config.dataDir,
            baseUrlOf(config, config.port),
            policyOf(config, (server) => baseUrlOf(config, config.port, server)),
          )
        : undefined;
    ends.push(() => closeServer(app.operator));
    await listenForOperator(app.operator, config.operatorListen, config.dataDir);
    if (metrics && config.metricsPort !== undefined) {
      const listener = await metrics
        .listen(config.host, config.metricsPort)
        .catch((error: unknown) => {
          throw new Error(`METRICS_PORT cannot be listened on: ${messageOf(error)}.`, {
            cause: error,
          });
        });
      ends.push(() => listener.close());
    }
    ends.push(() => closeServer(app.http));
    const port = await listenForPartners(app.http, config.host, config.port);
    const baseUrl = baseUrlOf(config, port);
    const active = await isQuickstartActive(database);
    return {
      baseUrl,
      port,
      quickstart: active ? readQuickstart(config.dataDir, baseUrl) : undefined,
      isNew: made !== undefined,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
