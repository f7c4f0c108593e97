import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ConfigError, misspeltSettings, readConfig } from './config.ts';

const KEY = 'f3'.repeat(32);

/** What the refusal says, line by line; empty when the settings are accepted. */
function problemsOf(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message.split('\n');
  }
}

describe('the configuration', () => {
  test('has a default for everything, so that `npm start` needs no settings', () => {
    const config = readConfig({}, '/srv/switchboard');
    assert.equal(config.host, '127.0.0.1');
    assert.equal(config.port, 8080);
    assert.equal(config.dataDir, join('/srv/switchboard', 'data'));
    assert.equal(config.databaseUrl, undefined);
    assert.equal(config.compatibility, 'strict');
    assert.equal(config.rateLimitRps, 50);
    assert.equal(config.trustProxy, false);
    assert.equal(config.webhookAllowPrivate, false);
    assert.ok(Object.isFrozen(config));
  });

  const wrong: Record<string, [values: string[], rule: RegExp]> = {
    HOST: [
      ['[::1]', 'a b', 'http://x', '1.2.3', '10.0.0.256', 'host:80'],
      /an address to listen on/,
    ],
    PORT: [['80800', '-1', 'http', '8080/tcp'], /a port, 0 to 65535/],
    SECRET_KEY: [['short', `${KEY},short`, `${KEY},`, ','], /32 random bytes in hex or base64/],
    OPERATOR_LISTEN: [['127.0.0.1:99999', 'operator.sock', '9000'], /socket path, or host:port/],
    OPERATOR_TOKEN: [['short', 'a token with spaces'], /at least 16 ASCII characters/],
    DATABASE_URL: [['mysql://db', 'db.example.com'], /a postgres:\/\/ URL/],
    BASE_DOMAIN: [
      [
        ...['10.0.0.5', '::1', '[::1]', '1.2.3', 'example.0x7f', 'http://example.com', 'a b'],
        ...['example.com:8443', 'example.com/', '*.example.com', '.example.com', '-a.com'],
        ...['example.com.', `${'a'.repeat(64)}.com`, `${'a.'.repeat(100)}com`],
      ],
      /a domain name without scheme and port .* no address/,
    ],
    PUBLIC_SCHEME: [['ftp', 'HTTPS', 'https://'], /http or https/],
    PUBLIC_PORT: [['0', '65536', ':8443', 'https'], /the port that people use, 1 to 65535/],
    TRUST_PROXY: [
      ['everybody', 'on', 'true', '10.0.0.0/33', 'example.com', ','],
      /off, or the addresses or CIDR ranges .* separated by commas/,
    ],
    RATE_LIMIT_RPS: [['-1', '1.5', 'none'], /requests per second, 0 for no limit/],
    COMPATIBILITY: [['loose', 'Strict'], /strict or original/],
    ...Object.fromEntries(
      ['BUILDER_HOSTS', 'BUILDER_HTTP_HOSTS'].map((name) => [
        name,
        [
          ['a b', 'a;b', 'https://a', 'a:80', '*.example.com', 'a/b', '[::1]', 'a..b', '-'],
          /host names without scheme, port and \*, separated by commas/,
        ],
      ]),
    ),
    BUILDER_CHECK: [['yes', 'On', '0'], /on or off/],
    EMBED_ORIGINS: [['example.com', 'https://a/', '*'], /origins as https:\/\/example\.com/],
    WEBHOOK_ALLOW_PRIVATE: [['yes', '1', 'TRUE', 'off'], /true or false/],
    SMTP_URL: [['mail.example.com', 'http://a', 'smtp://'], /an smtp:\/\/ or smtps:\/\/ URL/],
    MAIL_FROM: [
      ['Switchboard', 'a@b@c', 'a@x.com, b@x.com'],
      /one e-mail address, or a name and one/,
    ],
    METRICS_PORT: [['no', '70000'], /a port, 0 to 65535/],
    LOG_LEVEL: [['loud', 'INFO', 'trace'], /debug, info, warn, error or silent/],
  };
  for (const [name, [values, rule]] of Object.entries(wrong))
    test(`says what would be right for ${name}`, () => {
      for (const value of values) {
        const problems = problemsOf({ [name]: value }).filter((line) => line.startsWith(name));
        assert.equal(problems.length, 1, value);
        assert.match(problems[0] ?? '', new RegExp(`^${name} must be .*\\.$`));
        assert.match(problems[0] ?? '', rule);
      }
    });

  test('lists every bad or missing setting at once', () => {
    const all = Object.entries(wrong).map(([name, [values]]) => [name, values[0] ?? '']);
    const problems = problemsOf(Object.fromEntries(all));
    const named = problems.map((line) => line.split(' ')[0]);
    assert.deepEqual([...new Set(named)], named);
    assert.deepEqual(named.toSorted(), Object.keys(wrong).sort());
  });

  test('has been tried wrong at every setting but the folder, which is tried at the start', () => {
    const asked = new Set<string>();
    const environment = new Proxy({}, { get: (_, name) => void asked.add(String(name)) });
    readConfig(environment as Record<string, string>);
    asked.delete('DATA_DIR');
    assert.deepEqual(Object.keys(wrong).sort(), [...asked].sort());
  });

  test('says which setting a variable was probably meant for that is none', () => {
    const environment = { LOGLEVEL: 'debug', DATABASE_ULR: 'x', HOSTNAME: 'x', PORT: '80', A: '' };
    assert.deepEqual(misspeltSettings(environment), [
      'LOGLEVEL is not a setting, so it changes nothing: did you mean LOG_LEVEL?',
      'DATABASE_ULR is not a setting, so it changes nothing: did you mean DATABASE_URL?',
    ]);
  });

  test('takes domains and hosts in any case and script, spelled as URLs spell them', () => {
    assert.equal(readConfig({ BASE_DOMAIN: 'Example.COM' }).baseDomain, 'example.com');
    assert.equal(readConfig({ BASE_DOMAIN: 'דוגמה.co.il' }).baseDomain, 'xn--6dbbec0c.co.il');
    const { builderHosts } = readConfig({ BUILDER_HOSTS: 'A.example.com, münchen.de,10.0.0.5' });
    assert.deepEqual(builderHosts, ['a.example.com', 'xn--mnchen-3ya.de', '10.0.0.5']);
  });

  test('lets webhooks into private networks only where it says true', () => {
    assert.equal(readConfig({ WEBHOOK_ALLOW_PRIVATE: 'true' }).webhookAllowPrivate, true);
    for (const WEBHOOK_ALLOW_PRIVATE of ['false', ''])
      assert.equal(readConfig({ WEBHOOK_ALLOW_PRIVATE }).webhookAllowPrivate, false);
  });

  test('takes an empty variable as one that is not set', () => {
    assert.equal(readConfig({ PORT: '', DATABASE_URL: '' }).port, 8080);
  });

  test('asks for SECRET_KEY with DATABASE_URL, and for 32 bytes in it', () => {
    const DATABASE_URL = 'postgres://user@db/switchboard';
    assert.match(problemsOf({ DATABASE_URL })[0] ?? '', /SECRET_KEY is mandatory/);
    assert.deepEqual(problemsOf({ DATABASE_URL, SECRET_KEY: KEY }), []);
    assert.deepEqual(problemsOf({ SECRET_KEY: 'b'.repeat(43).replace('b', '/') }), []);
    // 32 digits of hex hold 16 bytes.
    assert.equal(problemsOf({ SECRET_KEY: KEY.slice(0, 32) }).length, 1);
    assert.equal(problemsOf({ SECRET_KEY: `${KEY},short` }).length, 1);
    assert.equal(problemsOf({ SECRET_KEY: `${KEY},` }).length, 1);
    assert.deepEqual(readConfig({ SECRET_KEY: `${KEY}, ${KEY}` }).secretKeys, [KEY, KEY]);
  });

  test('asks for OPERATOR_TOKEN where the operator is reached over the network', () => {
    assert.match(problemsOf({ OPERATOR_LISTEN: '0.0.0.0:9000' })[0] ?? '', /OPERATOR_TOKEN/);
    assert.deepEqual(problemsOf({ OPERATOR_LISTEN: '/run/switchboard.sock' }), []);
    const OPERATOR_TOKEN = 'a-token-of-the-operator';
    assert.deepEqual(problemsOf({ OPERATOR_LISTEN: '[::1]:9000', OPERATOR_TOKEN }), []);
  });

  test('takes proxies as addresses, ranges and the names of private networks', () => {
    const { trustProxy } = readConfig({ TRUST_PROXY: 'loopback, 10.0.0.0/8 ,fd00::/8,192.0.2.1' });
    assert.deepEqual(trustProxy, ['loopback', '10.0.0.0/8', 'fd00::/8', '192.0.2.1']);
    for (const bad of ['10.0.0.0/33', 'on', 'example.com', ',', '10.0.0.1 10.0.0.2'])
      assert.equal(problemsOf({ TRUST_PROXY: bad }).length, 1, bad);
  });

  test('takes origins that may frame the online, spelled as browsers spell them', () => {
    const { embedOrigins } = readConfig({
      EMBED_ORIGINS: 'https://Portal.Example.com, http://localhost:3000,https://a.example:443',
    });
    assert.deepEqual(embedOrigins, [
      'https://portal.example.com',
      'http://localhost:3000',
      'https://a.example',
    ]);
    assert.deepEqual(readConfig({}).embedOrigins, []);
    for (const bad of [
      'https://example.com/',
      'https://example.com/page',
      'https://example.com?',
      'https://example.com#',
      'https://user@example.com',
      'https://*.example.com',
      "https://example.com;script-src'none'",
      'https://example.com:99999',
      'https:example.com',
      'ftp://example.com',
      'null',
      '*',
      'https://b.example https://c.example',
    ])
      assert.equal(problemsOf({ EMBED_ORIGINS: `https://a.example,${bad}` }).length, 1, bad);
  });

  test('takes an SMTP server with or without TLS, port and password', () => {
    for (const good of [
      'smtp://127.0.0.1:2525',
      'smtps://user%40example.com:p%2Fss@mail.example.com',
      'smtp://[::1]:25/?tls.rejectUnauthorized=false',
    ])
      assert.equal(readConfig({ SMTP_URL: good }).smtpUrl, good);
    assert.equal(readConfig({}).smtpUrl, undefined);
    for (const bad of [
      'http://mail.example.com',
      'smtp://',
      'smtp:mail',
      'smtp://a\r\nb',
      'mail:25',
    ])
      assert.equal(problemsOf({ SMTP_URL: bad }).length, 1, bad);
  });

  test('sends mail from one address, by default no-reply of the installation', () => {
    const BASE_DOMAIN = 'example.com';
    assert.equal(readConfig({ BASE_DOMAIN }).mailFrom, 'Switchboard <no-reply@example.com>');
    for (const good of [
      'a@example.com',
      'Ada <a@example.com>',
      '"A, B" <a@localhost>',
      'עדה <a@b.co>',
    ])
      assert.equal(readConfig({ MAIL_FROM: good }).mailFrom, good);
    for (const bad of [
      'Ada',
      'Ada <a@example.com',
      'a@example.com, b@example.com',
      'Ada <a@example.com> <b@example.com>',
      'Ada <a@example.com>\r\nBcc: b@example.com',
      'Ada\n <a@example.com>',
      'a@b@example.com',
    ])
      assert.equal(problemsOf({ MAIL_FROM: bad }).length, 1, bad);
  });
});
