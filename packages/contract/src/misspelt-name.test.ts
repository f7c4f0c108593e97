import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { misspeltName } from './index.ts';

const known = [
  ...['HOST', 'PORT', 'DATA_DIR', 'SECRET_KEY', 'DATABASE_URL', 'BASE_DOMAIN', 'PUBLIC_SCHEME'],
  ...['PUBLIC_PORT', 'TRUST_PROXY', 'SMTP_URL', 'MAIL_FROM', 'METRICS_PORT', 'LOG_LEVEL'],
];

describe('a name that is a slip of a known one', () => {
  const slips: [string, string][] = [
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['log_level', 'LOG_LEVEL'],
    ['LOG_LEVLE', 'LOG_LEVEL'],
    ['LOG-LEVEL', 'LOG_LEVEL'],
    ['DATABASEURL', 'DATABASE_URL'],
    ['DATABSE_URL', 'DATABASE_URL'],
    ['DATABASE_ULR', 'DATABASE_URL'],
    ['DATADIR', 'DATA_DIR'],
    ['SECRET_KEYS', 'SECRET_KEY'],
    ['TRUSTED_PROXY', 'TRUST_PROXY'],
    ['PUBLIC_SHEME', 'PUBLIC_SCHEME'],
    ['MAIL_FORM', 'MAIL_FROM'],
  ];
  for (const [name, meant] of slips)
    test(`finds ${meant} for ${name}`, () => assert.equal(misspeltName(name, known), meant));

  test('is no word of its own, as other programs have in their environment', () => {
    const others = [
      ...known,
      ...['HOSTNAME', 'HOSTS', 'PORTS', 'LOGNAME', 'USER', 'PATH', 'HOME', 'PWD', 'SHELL', 'LANG'],
      ...['TERM', 'MAIL', 'EDITOR', 'SSH_AUTH_SOCK', 'XDG_DATA_DIRS', 'XDG_RUNTIME_DIR', 'PGDATA'],
      ...['NODE_ENV', 'npm_config_loglevel', 'npm_package_name', 'INVOCATION_ID', 'LOG_FORMAT'],
      ...['KUBERNETES_PORT', 'KUBERNETES_PORT_443_TCP_ADDR', 'KUBERNETES_SERVICE_HOST'],
      ...['SWITCHBOARD_PORT', 'SWITCHBOARD_SERVICE_PORT', 'SWITCHBOARD_PORT_8080_TCP_PORT'],
      ...['DATABASE_PORT', 'DATABASE_SERVICE_HOST', 'SMTP_PORT', 'SMTP_PORT_25_TCP', 'SMTP_HOST'],
      ...['PUBLIC_HOST', 'SECRET_KEY_BASE', 'CONTAINER_HOST', 'DOCKER_HOST', 'BASE_URL', ''],
      'A'.repeat(100_000),
    ];
    const alarms = others.filter((name) => misspeltName(name, known) !== undefined);
    assert.deepEqual(alarms, []);
  });
});
