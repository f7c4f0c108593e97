import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ConfigError, readConfig } from './config.ts';

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
    assert.ok(Object.isFrozen(config));
  });

  test('lists every bad or missing setting at once, each with what would be right', () => {
    const problems = problemsOf({
      PORT: '80800',
      DATABASE_URL: 'mysql://db',
      PUBLIC_SCHEME: 'ftp',
      COMPATIBILITY: 'loose',
      RATE_LIMIT_RPS: '-1',
      TRUST_PROXY: 'everybody',
      OPERATOR_LISTEN: '127.0.0.1:99999',
      OPERATOR_TOKEN: 'short',
      METRICS_PORT: 'no',
      SECRET_KEY: 'short',
      LOG_LEVEL: 'loud',
      BASE_DOMAIN: 'http://example.com',
      EMBED_ORIGINS: 'example.com',
      SMTP_URL: 'mail.example.com',
      MAIL_FROM: 'Switchboard',
    });
    const named = problems.map((line) => line.split(' ')[0]);
    assert.deepEqual([...new Set(named)].sort(), [
      'BASE_DOMAIN',
      'COMPATIBILITY',
      'DATABASE_URL',
      'EMBED_ORIGINS',
      'LOG_LEVEL',
      'MAIL_FROM',
      'METRICS_PORT',
      'OPERATOR_LISTEN',
      'OPERATOR_TOKEN',
      'PORT',
      'PUBLIC_SCHEME',
      'RATE_LIMIT_RPS',
      'SECRET_KEY',
      'SMTP_URL',
      'TRUST_PROXY',
    ]);
    for (const line of problems) assert.match(line, / must be .*\.$/);
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
    const { trustProxy } = readConfig({ TRUST_PROXY: 'loopback, 10.0.0.0/8 fd00::/8,192.0.2.1' });
    assert.deepEqual(trustProxy, ['loopback', '10.0.0.0/8', 'fd00::/8', '192.0.2.1']);
    for (const bad of ['10.0.0.0/33', 'on', 'example.com', ','])
      assert.equal(problemsOf({ TRUST_PROXY: bad }).length, 1, bad);
  });

  test('takes origins that may frame the online, spelled as browsers spell them', () => {
    const { embedOrigins } = readConfig({
      EMBED_ORIGINS: 'https://Portal.Example.com, http://localhost:3000 https://a.example:443',
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
    ])
      assert.equal(problemsOf({ EMBED_ORIGINS: `https://a.example ${bad}` }).length, 1, bad);
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
