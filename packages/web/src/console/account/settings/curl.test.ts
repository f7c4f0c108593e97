import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { curlOf } from './curl.ts';

test('a shell reads the call as it was meant, whatever the name holds', () => {
  const body = { account_id: 8, server: 'online', account_name: `O'Brien "$HOME" \\ \`id\` אב` };
  const call = curlOf('https://example.com', {
    method: 'POST',
    path: 'online/updateAccount',
    body,
    revision: 7,
  });
  const script = `curl() { printf '%s\\0' "$@"; }; ${call}`;
  const heard = execFileSync('sh', ['-c', script], { env: { ACCESS_TOKEN: 'token' } });
  const words = heard.toString().split('\0');
  assert.deepEqual(words.slice(0, -2), [
    ...['-sS', '-X', 'POST', 'https://example.com/api/online/updateAccount'],
    ...['-H', 'Authorization: Bearer token'],
    ...['-H', 'Content-Type: application/json'],
    ...['-H', 'If-Match: "7"', '-d'],
  ]);
  assert.deepEqual(JSON.parse(words.at(-2) ?? ''), body);
});
