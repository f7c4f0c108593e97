import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { startService } from '@switchboard/server/testing';
import { operatorEnvironment, partnerEnvironment, runCommand } from './testing.ts';

const LINES = `${'{"table":"partners","row":{"name":"Acme"}}\n'.repeat(5000)}{"end":true,"partners":5000}\n`;
const SHA256 = createHash('sha256').update(LINES).digest('hex');
const SUMMARY = `partners  5000\nsha256    ${SHA256}\n`;

/** What is in the folder, but for the socket. */
const written = (file: string) =>
  readdirSync(dirname(file)).filter((name) => name !== 'operator.sock');

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

describe('the command export', () => {
  test('writes a file that only its owner can read, and says what is in it', async (t) => {
    const { environment, file } = await listen(t, exporting(LINES));
    const { code, stdout } = await runCommand(['export', file], environment);
    assert.equal(code, 0);
    assert.equal(stdout, SUMMARY);
    assert.equal(readFileSync(file, 'utf8'), LINES);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const json = await runCommand(['export', file, '--json'], environment);
    assert.equal(json.stdout, `{"partners":5000,"sha256":"${SHA256}"}\n`);
    assert.deepEqual(written(file), ['everything.ndjson']);
  });

  test('follows a link, also to a file that is not there yet, and leaves the link', async (t) => {
    const { environment, file } = await listen(t, exporting(LINES));
    const [link, far] = [`${file}.link`, `${file}.far`];
    symlinkSync('everything.ndjson', link);
    symlinkSync(link, far);
    for (const _ of ['new', 'replaced']) {
      assert.equal((await runCommand(['export', far], environment)).stdout, SUMMARY);
      assert.equal(readFileSync(file, 'utf8'), LINES);
      rmSync(link);
      symlinkSync(file, link);
    }
    for (const each of [link, far]) assert.ok(lstatSync(each).isSymbolicLink());
  });

  test('goes into what is no regular file, and leaves it there', async (t) => {
    const { environment, file } = await listen(t, exporting(LINES));
    await promisify(execFile)('mkfifo', [file]);
    const reading = readFile(file, 'utf8');
    assert.equal((await runCommand(['export', file], environment)).stdout, SUMMARY);
    assert.equal(await reading, LINES);
    assert.ok(lstatSync(file).isFIFO());
    // A link of its own: nothing is at stake where this fails as root.
    symlinkSync('/dev/null', `${file}.null`);
    assert.equal((await runCommand(['export', `${file}.null`], environment)).stdout, SUMMARY);
    assert.ok(lstatSync('/dev/null').isCharacterDevice());
    for (const name of ['/dev/stdout', '/proc/self/fd/1', '-'])
      assert.equal((await runCommand(['export', name], environment)).stdout, LINES, name);
  });

  test("of two at once leaves one whole, and the user's own files alone", async (t) => {
    const { environment, file } = await listen(t, exporting(LINES));
    for (const name of [`${file}.part`, `${file}.new`]) writeFileSync(name, 'of the user');
    const both = await Promise.all([1, 2].map(() => runCommand(['export', file], environment)));
    for (const { stdout } of both) assert.equal(stdout, SUMMARY);
    assert.equal(readFileSync(file, 'utf8'), LINES);
    const names = ['', '.new', '.part'].map((end) => `everything.ndjson${end}`);
    assert.deepEqual(written(file), names);
    for (const name of names.slice(1))
      assert.equal(readFileSync(join(dirname(file), name), 'utf8'), 'of the user');
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
      assert.deepEqual(written(file), ['everything.ndjson']);
    }
    const { environment } = await listen(t, breaking);
    const piped = await runCommand(['export', '/dev/stdout'], environment);
    assert.equal(piped.code, 3);
    assert.match(piped.stderr, /^The export broke off .* what was written is not whole/);
  });

  const breaking: RequestListener = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.write(LINES, () => response.destroy());
  };

  test('says which folder is not there', async (t) => {
    const { environment } = await listen(t, exporting(LINES));
    const { code, stderr } = await runCommand(['export', '/nonexistent/x'], environment);
    assert.equal(code, 2);
    assert.equal(stderr, '/nonexistent: no such file or directory.\n');
  });
});

describe('the command import', () => {
  test('brings what export wrote into another installation, with --replace', async (t) => {
    const [source, target] = [await startService(), await startService()];
    const partner = await source.newPartner();
    const account_id = await source.newAccount(partner, { account_name: 'Moved' });
    const folder = mkdtempSync(join(tmpdir(), 'switchboard-cli-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'everything.ndjson');
    const exported = await runCommand(['export', file], operatorEnvironment(source));
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    assert.match(exported.stdout, new RegExp(`^rows +\\d+\nsha256 +${sha256}\n$`));
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
    await runCommand(['import', file, '--resume-webhooks'], environment);
    assert.deepEqual(got, [
      { url: '/operator/import?replace=false&resume_webhooks=false', body: LINES },
      { url: '/operator/import?replace=true&resume_webhooks=false', body: LINES },
      { url: '/operator/import?replace=false&resume_webhooks=true', body: LINES },
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
