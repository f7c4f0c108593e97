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
    });
    const named = problems.map((line) => line.split(' ')[0]);
    assert.deepEqual([...new Set(named)].sort(), [
      'BASE_DOMAIN',
      'COMPATIBILITY',
      'DATABASE_URL',
      'LOG_LEVEL',
      'METRICS_PORT',
      'OPERATOR_LISTEN',
      'OPERATOR_TOKEN',
      'PORT',
      'PUBLIC_SCHEME',
      'RATE_LIMIT_RPS',
      'SECRET_KEY',
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
});
