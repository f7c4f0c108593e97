import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { startService } from '@switchboard/server/testing';
import { operatorEnvironment, partnerEnvironment, runCommand } from './testing.ts';

const LINES = `${'{"table":"partners","row":{"name":"Acme"}}\n'.repeat(5000)}{"end":true,"partners":5000}\n`;

/** An operator's listener that behaves as asked, which a whole Switchboard would not. */
async function listen(t: TestContext, listener: RequestListener) {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-cli-'));
  const socket = join(folder, 'operator.sock');
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  const environment = { DATA_DIR: folder };
  return { environment, file: join(folder, 'everything.ndjson') };
}

const exporting =
  (lines: string): RequestListener =>
  (_, response) =>
    response.writeHead(200, { 'content-type': 'application/x-ndjson' }).end(lines);

const refusing: RequestListener = (_, response) =>
  response.writeHead(409).end('{"status":"FAIL","reason":111,"message":"Not empty."}');

describe('export', () => {
  test('writes a file that only its owner can read, and says what is in it', async (t) => {
    const { environment, file } = await listen(t, exporting(LINES));
    const { code, stdout } = await runCommand(['export', file], environment);
    assert.equal(code, 0);
    assert.equal(stdout, 'partners  5000\n');
    assert.equal(readFileSync(file, 'utf8'), LINES);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(existsSync(`${file}.part`), false);
  });

  test('writes the lines and nothing else to stdout for -', async (t) => {
    const { environment } = await listen(t, exporting(LINES));
    assert.equal((await runCommand(['export', '-'], environment)).stdout, LINES);
  });

  test('keeps nothing of an export without its end, and leaves the last good one alone', async (t) => {
    const cutOff = LINES.slice(0, LINES.lastIndexOf('{"end"'));
    for (const listener of [exporting(cutOff), exporting(`${cutOff}{"end":tr`), breaking]) {
      const { environment, file } = await listen(t, listener);
      writeFileSync(file, 'the last good one');
      const { code, stderr } = await runCommand(['export', file], environment);
      assert.equal(code, 3);
      assert.match(stderr, /^The export broke off before its end/);
      assert.equal(readFileSync(file, 'utf8'), 'the last good one');
      assert.equal(existsSync(`${file}.part`), false);
    }
  });

  const breaking: RequestListener = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.write(LINES, () => response.destroy());
  };

  test('says which folder is not there', async (t) => {
    const { environment } = await listen(t, exporting(LINES));
    const { code, stderr } = await runCommand(['export', '/nonexistent/x'], environment);
    assert.equal(code, 2);
    assert.equal(stderr, '/nonexistent/x.part: no such file or directory.\n');
  });
});

describe('import', () => {
  test('brings what export wrote into another installation, with --replace', async (t) => {
    const [source, target] = [await startService(), await startService()];
    const partner = await source.newPartner();
    const account_id = await source.newAccount(partner, { account_name: 'Moved' });
    const folder = mkdtempSync(join(tmpdir(), 'switchboard-cli-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'everything.ndjson');
    const exported = await runCommand(['export', file], operatorEnvironment(source));
    assert.match(exported.stdout, /^rows +\d+\nsha256 +[0-9a-f]{64}\n$/);
    const refused = await runCommand(['import', file], operatorEnvironment(target));
    assert.match(refused.stderr, /reason 111/);
    const imported = await runCommand(['import', file, '--replace'], operatorEnvironment(target));
    assert.match(imported.stdout, /^tables\.accounts +1$/m);
    const show = ['get-account', '--account-id', String(account_id), '--server', 'online'];
    const there = await runCommand(show, partnerEnvironment(target, partner));
    assert.match(there.stdout, /^account_name +Moved$/m);
  });

  test('sends the file or stdin, and says what was read', async (t) => {
    const got: { url: string | undefined; body: string }[] = [];
    const { environment, file } = await listen(t, async (request, response) => {
      const body = await new Response(request as never).text();
      got.push({ url: request.url, body });
      response.end('{"status":"OK","reason":1,"partners":5000}');
    });
    writeFileSync(file, LINES);
    const first = await runCommand(['import', file], environment);
    assert.equal(first.stdout, 'partners  5000\n');
    const second = await runCommand(['import', '-', '--replace', '--json'], environment, LINES);
    assert.equal(second.stdout, '{"status":"OK","reason":1,"partners":5000}\n');
    assert.deepEqual(got, [
      { url: '/operator/import?replace=false', body: LINES },
      { url: '/operator/import?replace=true', body: LINES },
    ]);
  });

  test('is refused as any call is', async (t) => {
    const { environment, file } = await listen(t, refusing);
    writeFileSync(file, LINES);
    const { code, stderr } = await runCommand(['import', file], environment);
    assert.equal(code, 1);
    assert.equal(stderr, 'Refused: Not empty.\nreason 111\n');
    const json = await runCommand(['import', file, '--json'], environment);
    assert.equal(json.stdout, '{"status":"FAIL","reason":111,"message":"Not empty."}\n');
    assert.equal((await runCommand(['import', `${file}.not`], environment)).code, 2);
  });
});
