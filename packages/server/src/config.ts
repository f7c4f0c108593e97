/** The environment, read once and validated into one frozen object. */
import { resolve } from 'node:path';
import { misspeltName } from '@switchboard/contract';
import { z } from 'zod';
import { type DatabaseUrl, readDatabaseUrl } from './installation/database-url.ts';
import * as kind from './installation/setting-kinds.ts';
import { readSender } from './mail/address.ts';

/** One line for each variable: how it is read, its default, and what it should look like. */
const settings = {
  HOST: {
    schema: kind.host,
    fallback: '127.0.0.1',
    rule: 'an address to listen on, as 127.0.0.1, 0.0.0.0 or ::1',
  },
  PORT: { schema: kind.port, fallback: '8080', rule: 'a port, 0 to 65535' },
  DATA_DIR: { schema: z.string().min(1), fallback: './data', rule: 'a folder' },
  SECRET_KEY: { schema: z.string(), rule: 'at least 32 random bytes in hex or base64' },
  OPERATOR_LISTEN: { schema: kind.listener, rule: 'an absolute socket path, or host:port' },
  OPERATOR_TOKEN: {
    schema: z.string().regex(/^[!-~]{16,}$/),
    rule: 'at least 16 ASCII characters without spaces',
  },
  DATABASE_URL: {
    schema: z.string(),
    rule: 'a postgres:// URL',
  },
  BASE_DOMAIN: {
    schema: kind.domain,
    fallback: 'localhost',
    rule: 'a domain name without scheme and port (see PUBLIC_PORT) and no address: servers are names below it',
  },
  PUBLIC_SCHEME: { schema: z.enum(['http', 'https']), fallback: 'http', rule: 'http or https' },
  PUBLIC_PORT: {
    schema: kind.port.refine((value) => value > 0),
    rule: 'the port that people use, 1 to 65535',
  },
  TRUST_PROXY: {
    schema: kind.proxies,
    fallback: 'off',
    rule: 'off, or the addresses or CIDR ranges of your proxies, separated by commas',
  },
  RATE_LIMIT_RPS: {
    schema: z
      .string()
      .regex(/^\d{1,7}$/)
      .transform(Number),
    fallback: '50',
    rule: 'requests per second, 0 for no limit',
  },
  COMPATIBILITY: {
    schema: z.enum(['strict', 'original']),
    fallback: 'strict',
    rule: 'strict or original',
  },
  BUILDER_HOSTS: {
    schema: kind.hosts,
    fallback: '',
    rule: 'host names without scheme, port and *, separated by commas',
  },
  BUILDER_HTTP_HOSTS: {
    schema: kind.hosts,
    fallback: '',
    rule: 'host names without scheme, port and *, separated by commas',
  },
  BUILDER_CHECK: { schema: z.enum(['on', 'off']), fallback: 'on', rule: 'on or off' },
  EMBED_ORIGINS: {
    schema: kind.origins,
    fallback: '',
    rule: 'origins as https://example.com, with http or https and no path, separated by commas',
  },
  SMTP_URL: { schema: kind.smtpUrl, rule: 'an smtp:// or smtps:// URL with a host' },
  MAIL_FROM: {
    schema: z.string().refine((value) => !/\p{Cc}/u.test(value) && readSender(value)),
    rule: 'one e-mail address, or a name and one: Name <address>',
  },
  WEBHOOK_ALLOW_PRIVATE: {
    schema: z.enum(['true', 'false']).transform((value) => value === 'true'),
    fallback: 'false',
    rule: 'true or false',
  },
  METRICS_PORT: { schema: kind.port, rule: 'a port, 0 to 65535' },
  LOG_LEVEL: {
    schema: z.enum(['debug', 'info', 'warn', 'error', 'silent']),
    fallback: 'info',
    rule: 'debug, info, warn, error or silent',
  },
} as const satisfies Record<string, { schema: z.ZodType; fallback?: string; rule: string }>;

export type Config = {
  host: string;
  port: number;
  /** Absolute. */
  dataDir: string;
  /** Undefined only until the embedded default has made one in `dataDir`. */
  secretKeys: string[] | undefined;
  operatorListen: string | undefined;
  operatorToken: string | undefined;
  databaseUrl: DatabaseUrl | undefined;
  baseDomain: string;
  publicScheme: 'http' | 'https';
  /** Undefined: `PORT` below localhost, else the scheme's own. */
  publicPort: number | undefined;
  /** False, or addresses, ranges and their names, as `proxiesIn` takes them. */
  trustProxy: false | string[];
  /** Requests per second and partner; 0 is no limit. */
  rateLimitRps: number;
  compatibility: 'strict' | 'original';
  /** Empty means any. */
  builderHosts: string[];
  builderHttpHosts: string[];
  /** Whether builder links are looked at. */
  builderCheck: boolean;
  /** Who may frame the online; as `new URL(…).origin` spells them. */
  embedOrigins: string[];
  /** Whether webhooks may lead into private networks: whoever sets one reaches what we reach. */
  webhookAllowPrivate: boolean;
  /** Holds the password, if there is one. Undefined: mail is written to files. */
  smtpUrl: string | undefined;
  /** `Name <address>`, or an address. */
  mailFrom: string;
  metricsPort: number | undefined;
  logLevel: string;
};

/** A setting is bad or missing; the message lists all of them, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the configuration.
 *
 * @throws ConfigError that lists every bad or missing setting at once
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  cwd = process.cwd(),
): Config {
  const problems: string[] = [];
  const get = <K extends keyof typeof settings>(name: K) => {
    const { schema, rule, ...rest } = settings[name];
    const given = environment[name] === '' ? undefined : environment[name];
    const value = given ?? ('fallback' in rest ? rest.fallback : undefined);
    if (value === undefined) return undefined;
    const parsed = schema.safeParse(value);
    if (!parsed.success) problems.push(`${name} must be ${rule}.`);
    return parsed.data as z.output<(typeof settings)[K]['schema']> | undefined;
  };
  const read = Object.fromEntries(
    (Object.keys(settings) as (keyof typeof settings)[]).map((name) => [name, get(name)]),
  ) as { [K in keyof typeof settings]: z.output<(typeof settings)[K]['schema']> };

  const keys = read.SECRET_KEY?.split(',').map((key) => key.trim());
  if (keys?.some((key) => bytesOf(key) < 32))
    problems.push(
      'SECRET_KEY must be at least 32 random bytes in hex or base64 (`new,old` rotates).',
    );
  const databaseUrl = attempt(
    () => read.DATABASE_URL && readDatabaseUrl(read.DATABASE_URL),
    problems,
  );
  if (read.DATABASE_URL && !keys) problems.push('SECRET_KEY is mandatory with DATABASE_URL.');
  if (read.OPERATOR_LISTEN && !read.OPERATOR_LISTEN.startsWith('/') && !read.OPERATOR_TOKEN)
    problems.push('OPERATOR_TOKEN is mandatory when OPERATOR_LISTEN is host:port.');
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));

  return Object.freeze({
    host: read.HOST,
    port: read.PORT,
    dataDir: resolve(cwd, read.DATA_DIR),
    secretKeys: keys,
    operatorListen: read.OPERATOR_LISTEN,
    operatorToken: read.OPERATOR_TOKEN,
    databaseUrl: databaseUrl || undefined,
    baseDomain: read.BASE_DOMAIN,
    publicScheme: read.PUBLIC_SCHEME,
    publicPort: read.PUBLIC_PORT,
    trustProxy: read.TRUST_PROXY,
    rateLimitRps: read.RATE_LIMIT_RPS,
    compatibility: read.COMPATIBILITY,
    builderHosts: read.BUILDER_HOSTS,
    builderHttpHosts: read.BUILDER_HTTP_HOSTS,
    builderCheck: read.BUILDER_CHECK === 'on',
    embedOrigins: read.EMBED_ORIGINS,
    webhookAllowPrivate: read.WEBHOOK_ALLOW_PRIVATE,
    smtpUrl: read.SMTP_URL,
    mailFrom: read.MAIL_FROM ?? `Switchboard <no-reply@${read.BASE_DOMAIN}>`,
    metricsPort: read.METRICS_PORT,
    logLevel: read.LOG_LEVEL,
  });
}

/** A sentence for each variable that was probably meant for a setting and is none. */
export function misspeltSettings(environment: Readonly<Record<string, string | undefined>>) {
  const known = Object.keys(settings);
  return Object.keys(environment).flatMap((name) => {
    const meant = misspeltName(name, known);
    return meant ? [`${name} is not a setting, so it changes nothing: did you mean ${meant}?`] : [];
  });
}

/** What `read` answers, or undefined and its error's sentence among the problems. */
function attempt<T>(read: () => T, problems: string[]): T | undefined {
  try {
    return read();
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

/** What a key can hold at most: two digits of hex make a byte. */
const bytesOf = (key: string): number =>
  /^[0-9a-f]+$/i.test(key) ? key.length / 2 : Buffer.byteLength(key);
