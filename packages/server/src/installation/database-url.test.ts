import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readDatabaseUrl } from './database-url.ts';

const hostsOf = (url: string) =>
  readDatabaseUrl(url).hosts.map(({ host, port }) => `${host} ${port}`);

describe('DATABASE_URL', () => {
  test('names one host or several, as libpq reads them', () => {
    const expected: Record<string, string[]> = {
      'postgres://db/switchboard': ['db 5432'],
      'postgresql://u:p@db:6000/switchboard': ['db 6000'],
      'postgres://u@a,b:6001,c/switchboard': ['a 5432', 'b 6001', 'c 5432'],
      'postgres://u@a:6000,b:6001/switchboard?target_session_attrs=read-write': [
        'a 6000',
        'b 6001',
      ],
      'postgres://u@a,b/switchboard?port=6000': ['a 6000', 'b 6000'],
      'postgres://u@[::1],[2001:db8::2]:6001/switchboard': ['::1 5432', '2001:db8::2 6001'],
      'postgres://u@/switchboard?host=%2Frun%2Fa,%2Frun%2Fb&port=1,2': ['/run/a 1', '/run/b 2'],
      'postgres://u@%2Frun%2Fa/switchboard': ['/run/a 5432'],
      'postgres://u@ignored/switchboard?host=db': ['db 5432'],
      'postgres:///switchboard': [],
      'postgres://a,,b/switchboard': ['a 5432', 'localhost 5432', 'b 5432'],
    };
    for (const [url, hosts] of Object.entries(expected)) assert.deepEqual(hostsOf(url), hosts, url);
  });

  test('gives the driver the rest, percent-encoded', () => {
    const { connectionString, ignored, namesSchema } = readDatabaseUrl(
      'postgres://u%40x:p%40%23%3A@a,b/my%20db?sslmode=no-verify&connect_timeout=2&channel_binding=require',
    );
    assert.equal(
      connectionString,
      'postgres://u%40x:p%40%23%3A@localhost/my%20db?sslmode=no-verify',
    );
    assert.deepEqual([ignored, namesSchema], [['connect_timeout', 'channel_binding'], false]);
    const named = readDatabaseUrl(
      'postgres://a/?dbname=d&user=u&password=p&options=-csearch_path%3Ds',
    );
    assert.equal(named.connectionString, 'postgres://u:p@localhost/d?options=-csearch_path%3Ds');
    assert.equal(named.namesSchema, true);
  });

  test('with an unencoded character in its password is told how to write it, without the password', () => {
    for (const password of ['sec@ret', 'sec#ret', 'sec/ret', 'sec?ret', 'sec%ret', '12/3', '1?ret'])
      assert.throws(
        () => readDatabaseUrl(`postgres://user:${password}@db.example.com/switchboard`),
        ({ message }: Error) => {
          assert.match(message, /^DATABASE_URL.*%40 for @, %23 for #/, password);
          assert.doesNotMatch(message, /ret|sec|12|1\?/);
          return true;
        },
      );
  });

  test('that cannot be meant is refused with what would be right', () => {
    const expected: Record<string, RegExp> = {
      'mysql://db': /must be a postgres:\/\/ URL\./,
      'postgres://a:0/d': /ports 1 to 65535/,
      'postgres://a:65536/d': /ports 1 to 65535/,
      'postgres://::1/d': /IPv6 addresses in brackets/,
      'postgres://a,b,c/d?port=1,2': /3 hosts and 2 ports/,
      'postgres://a/d?target_session_attr=primary':
        /, target_session_attr; did you mean target_session_attrs\?/,
      'postgres://a/d?schema=public': /not known here, schema\./,
      'postgres://a/d?sslmode=requrie': /sslmode must be disable, .* or no-verify\./,
      'postgres://a/d?target_session_attrs=standby': /must be any, read-write or primary, since/,
      'postgres://a/d?target_session_attrs=read-only': /must be any, read-write or primary, since/,
      'postgres://a/d?target_session_attrs=prefer-standby': /any, read-write or primary, since/,
    };
    for (const [url, words] of Object.entries(expected))
      assert.throws(() => readDatabaseUrl(url), words, url);
  });
});
