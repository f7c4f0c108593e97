/**
 * For tests: the whole service on a database of its own, a fresh partner, and the server's door.
 * `scripts/test.ts` brings one PostgreSQL and a migrated template; a file that is run alone starts
 * its own.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MemberRole } from '@switchboard/contract';
import {
  createOperatorClient,
  createPartnerClient,
  type OperatorClient,
  type PartnerClient,
} from '@switchboard/sdk';
import type pg from 'pg';
import sql from 'sql-template-tag';
import { type App, type AppOptions, createApp } from '../app.ts';
import { type Config, readConfig } from '../config.ts';
import type { Address } from '../database/connecting/client.ts';
import type { Database } from '../database/database.ts';
import type { GatherOptions } from '../database/gather.ts';
import { openPostgres } from '../database/postgres.ts';
import { createLog } from '../installation/log.ts';
import { createMailer, type Mailer } from '../mail/mailer.ts';
import type { OnlineLimits } from '../online.ts';
import { hashCost } from '../people/passwords/password.ts';
import { observeEvents, observeFailure, observePair } from './coverage.ts';
import { atEnd, endWithProcess } from './ends.ts';
import { newMember, type TestMember } from './member.ts';
import { cloneDatabase } from './postgres.ts';

// The whole door for the tests of other packages.
export { atEnd } from './ends.ts';
export { startMailbox } from './mail/mail.ts';
export { startAnsweringMailbox } from './mail/mail-answers.ts';
export { cloneDatabase } from './postgres.ts';

export type TestPartner = PartnerClient & {
  partner: number;
  clientId: string;
  clientSecret: string;
};

export type TestService = {
  /** `http://127.0.0.1:port`. */
  baseUrl: string;
  /** The operator's listener, likewise. */
  operatorUrl: string;
  config: Config;
  app: App;
  mailer: Mailer;
  database: Database;
  /** Of the test's own database, for what no door shows. */
  connection: pg.PoolConfig;
  operator: OperatorClient;
  /** A partner of its own with a credential, through the operator's door. */
  newPartner(mode?: 'strict' | 'original'): Promise<TestPartner>;
  /** An account of that partner on server `online`; its number. */
  newAccount(partner: PartnerClient, changes?: Record<string, unknown>): Promise<number>;
  /** Somebody whom nobody else named, the administrator of such an account. */
  newPerson(partner: PartnerClient, changes?: Record<string, unknown>): Promise<TestPerson>;
  /** An open member of that partner (an administrator, unless said), signed in to the console. */
  newMember(partner: Pick<TestPartner, 'partner'>, role?: MemberRole): Promise<TestMember>;
};

export type TestPerson = { email: string; account_id: number };

export type TestOptions = {
  environment?: Record<string, string>;
  gather?: GatherOptions;
  limits?: Partial<OnlineLimits>;
  /** Another node on the same database. */
  beside?: TestService;
  /** A migrated database of the test's own, on a PostgreSQL that it may stop. */
  connection?: pg.PoolConfig;
  /** How the service itself reaches it, where that is another way. */
  address?: Address;
  /** In place of what connections may do otherwise. */
  connections?: AppOptions['connections'];
  /** How builders are looked at, where BUILDER_CHECK is on. */
  looking?: AppOptions['looking'];
  /** False: deliveries are neither made nor sent by the service. */
  delivers?: boolean;
  /** Where log lines go; LOG_LEVEL is `silent` unless the environment says another. */
  log?: { write(line: string): void };
};

// A hundredth of a hash's cost; `password.test.ts` holds the real one.
Object.assign(hashCost, { memoryCost: 256, timeCost: 1 });

/** Starts a service on a database cloned from the template; it ends with the test file. */
export async function startService(options: TestOptions = {}): Promise<TestService> {
  const dataDir = mkdtempSync(join(tmpdir(), 'switchboard-test-'));
  atEnd(() => rmSync(dataDir, { recursive: true, force: true }));
  const config = readConfig({
    DATA_DIR: dataDir,
    SECRET_KEY: 'a-secret-key-of-the-tests-of-32-bytes',
    RATE_LIMIT_RPS: '0',
    LOG_LEVEL: 'silent',
    // Most tests set links that lead out into the world.
    BUILDER_CHECK: 'off',
    ...options.environment,
  });
  const connection = options.connection ?? options.beside?.connection ?? (await cloneDatabase());
  const database = openPostgres({
    connection: options.address ?? connection,
    gather: options.gather,
  });
  const log = createLog(config.logLevel, options.log ?? process.stdout);
  const mailer = createMailer({
    smtpUrl: config.smtpUrl,
    outbox: join(dataDir, 'outbox'),
    from: config.mailFrom,
    log,
  });
  const secretKeys = config.secretKeys ?? [];
  const { connections, looking, delivers } = options;
  const limits = { unhurriedMs: 0, ...options.limits };
  const app = createApp({
    config,
    database,
    secretKeys,
    log,
    mailer,
    connections,
    limits,
    looking,
    delivers,
  });
  for (const server of [app.http, app.operator])
    server.addHook('onSend', async (request, reply, payload) => {
      // A wrong method has no route, but a path.
      const path = request.routeOptions.url ?? request.url.split('?', 1)[0];
      observePair(path, reply.statusCode, payload);
      observeFailure(request.method, path, payload);
      return payload;
    });
  const baseUrl = await app.http.listen({ host: '127.0.0.1', port: 0 });
  const operatorUrl = await app.operator.listen({ host: '127.0.0.1', port: 0 });
  atEnd(async () => {
    await Promise.all([app.http.close(), app.operator.close()]);
    await mailer.close();
    await observeEvents(database);
    await database.close();
  });

  const operator = createOperatorClient({ baseUrl: operatorUrl, retries: 0 }, config.operatorToken);
  if (!options.beside) await operator.createServer({ server: 'online' });
  return {
    baseUrl,
    operatorUrl,
    config,
    app,
    mailer,
    database,
    connection,
    operator,
    newPartner: (mode) => newPartner(baseUrl, operator, mode),
    newAccount,
    newPerson,
    newMember: (partner, role) => newMember({ baseUrl, config, database }, partner, role),
  };
}

let shared: Promise<TestService> | undefined;
let shares = false;

/** From now on the process's files get one plain service. */
export function shareService(): void {
  shares = true;
}

/**
 * A plain service that other files may have used and will: for tests that look at partners of
 * their own alone, and count nothing of the whole service.
 */
export function sharedService(): Promise<TestService> {
  if (!shares) return startService();
  shared ??= endWithProcess(startService);
  return shared;
}

async function newPartner(
  baseUrl: string,
  operator: OperatorClient,
  mode: 'strict' | 'original' = 'strict',
): Promise<TestPartner> {
  const { partner } = await operator.createPartner({ name: 'A partner' });
  const made = await operator.createCredential({ partner, mode });
  const credential = { clientId: made.client_id, clientSecret: made.client_secret };
  const client = createPartnerClient({ baseUrl, retries: 0, ...credential });
  return { ...client, partner, ...credential };
}

let people = 0;

/** What createAccount needs, with an administrator whom nobody else named. */
export const accountRequest = () => ({
  account_name: 'My Account',
  agents: 3,
  inboxes: 2,
  admin_email: `admin-${process.pid}-${++people}@example.com`,
  admin_name: 'Ada Admin',
  admin_displayName: 'Ada',
  admin_password: 'Correct-Horse1',
  server: 'online',
});

async function newAccount(
  partner: PartnerClient,
  changes: Record<string, unknown> = {},
): Promise<number> {
  const made = await partner.createAccount({ ...accountRequest(), ...changes });
  return made.account_id;
}

async function newPerson(
  partner: PartnerClient,
  changes: Record<string, unknown> = {},
): Promise<TestPerson> {
  const email = accountRequest().admin_email;
  const account_id = await newAccount(partner, { ...changes, admin_email: email });
  return { email, account_id };
}

/** Makes the person an administrator of the partner, without being asked. */
export const openMember = (
  { database }: TestService,
  { partner }: TestPartner,
  email: string,
): Promise<unknown> =>
  database.write((db) =>
    db.query(sql`
      insert into members (partner_id, person_id, role, state)
      select ${partner}, id, 'administrator', 'open' from persons where email = ${email}`),
  );
