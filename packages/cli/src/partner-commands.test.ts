import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { startService, type TestPartner, type TestService } from '@switchboard/server/testing';
import { partnerEnvironment, runCommand } from './testing.ts';

describe("a partner's commands", () => {
  let service: TestService;
  let partner: TestPartner;
  let account_id: number;

  before(async () => {
    service = await startService();
    partner = await service.newPartner();
    account_id = await service.newAccount(partner);
  });

  const run = (...args: string[]) => runCommand(args, partnerEnvironment(service, partner));
  const account = () => ['--account-id', String(account_id), '--server', 'online'];

  test('call the Partner API with their flags as parameters', async () => {
    const { code, stdout } = await run(
      ...['update-account', ...account(), '--account-name', 'Switched', '--account-status', '0'],
    );
    assert.equal(code, 0);
    assert.match(stdout, /^account_name +Switched$/m);
    assert.match(stdout, /^account_status +0$/m);
    assert.match(stdout, /^suspended\.sessions_ended +0$/m);
    const now = await partner.getAccount({ account_id, server: 'online' });
    assert.deepEqual([now.account_name, now.account_status], ['Switched', 0]);
    await run('update-account', ...account(), '--account-status', '1');
  });

  test('take the documented spellings of a parameter too, and an empty value', async () => {
    const number = String(account_id);
    for (const flag of ['--account-id', '--account_id', '--accountID'])
      assert.equal((await run('get-account', flag, number, '--server', 'online')).code, 0);
    const twice = await run('get-account', ...account(), '--account_id', '9');
    assert.equal(twice.code, 2);
    assert.match(twice.stderr, /--account-id was given with different values/);
    const cleared = await run('update-account', ...account(), '--builder-url', '');
    assert.match(cleared.stdout, /^builder_url$/m);
  });

  test('print the answer as it was received with --json, wherever it stands', async () => {
    const first = await run('--json', 'get-account', ...account());
    const last = await run('get-account', ...account(), '--json');
    assert.equal(first.stdout, last.stdout);
    const answer = await partner.getAccount({ account_id, server: 'online' });
    assert.equal(first.stdout, `${JSON.stringify(answer)}\n`);
  });

  test('say why they were refused, and exit with 1', async () => {
    const bad = [...account(), '--account-status', '2', '--request-id', 'mine.1'];
    const { code, stdout, stderr } = await run('update-account', ...bad);
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.equal(
      stderr,
      'Refused: account_status is not valid; it must be 0 (off) or 1 (on).\n' +
        'reason 37, flag --account-status, request id mine.1\n',
    );
    const json = await run('update-account', ...bad, '--json');
    assert.equal(json.code, 1);
    assert.equal(json.stderr, '');
    const { status, reason, parameter, request_id } = JSON.parse(json.stdout);
    assert.deepEqual(
      { status, reason, parameter, request_id },
      { status: 'FAIL', reason: 37, parameter: 'account_status', request_id: 'mine.1' },
    );
  });

  test('leave it to the service to say what is missing', async () => {
    const { code, stderr } = await run('update-account', '--account-id', '8');
    assert.equal(code, 1);
    assert.match(stderr, /server is missing; it must be .*\nreason 34, flag --server, request id /);
  });

  test('send --if-match and --idempotency-key', async () => {
    const stale = await run('update-account', ...account(), '--if-match', '"9998",9999');
    assert.match(stale.stderr, /reason 41/);
    assert.equal((await run('update-account', ...account(), '--if-match', 'x')).code, 2);
    const rename = (name: string) =>
      run('update-account', ...account(), '--account-name', name, '--idempotency-key', 'k1');
    assert.equal((await rename('One')).code, 0);
    assert.match((await rename('Two')).stderr, /reason 42/);
  });

  test('list every page in one table, or one JSON line a page', async () => {
    const many = await service.newPartner();
    for (const account_name of ['First', 'Second', 'Third'])
      await service.newAccount(many, { account_name });
    const list = (...args: string[]) =>
      runCommand(['get-accounts', ...args], partnerEnvironment(service, many));
    const { stdout } = await list('--limit', '2');
    const [head, ...rows] = stdout.trimEnd().split('\n');
    assert.match(head ?? '', /^name +id +server +status +revision +create_time$/);
    assert.match(rows[2] ?? '', /^Third +\d+ +online +active +1 +\d{4}-\d\d-\d\d \d\d:\d\d$/);
    assert.equal(rows[3], 'totalOnline 3');
    const pages = (await list('--limit', '2', '--json')).stdout.trimEnd().split('\n');
    assert.deepEqual(
      pages.map((page) => JSON.parse(page).list.length),
      [2, 1],
    );
    assert.equal((await list('--q', 'nobody')).stdout, 'The list is empty.\ntotalOnline 0\n');
  });

  test('take many changes as JSON, from a file or from standard input, and exit with 1 if one is refused', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'switchboard-cli-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const account_id = await service.newAccount(partner);
    const fine = { account_id, server: 'online', account_name: 'From a list' };
    const file = join(folder, 'changes.json');
    writeFileSync(file, `\ufeff${JSON.stringify([fine])}`);
    const environment = partnerEnvironment(service, partner);
    const dry = await run('update-accounts', '--changes', `@${file}`, '--dry-run', '1');
    assert.equal(dry.code, 0, dry.stderr);
    assert.match(dry.stdout, /"to":"From a list"/);
    assert.match(dry.stdout, /^done 1, refused 0, people 0$/m);
    const both = JSON.stringify([fine, { accountID: 9_999_999, server: 'online' }]);
    const args = ['update-accounts', '--changes', '-'];
    const made = await runCommand(args, environment, both);
    assert.equal(made.code, 1, made.stderr);
    assert.match(made.stdout, new RegExp(`^${account_id} +online +OK +1 +From a list`, 'm'));
    assert.match(made.stdout, /^9999999 +online +FAIL +33 .*account_not_found/m);
    const json = await run('update-accounts', '--changes', both, '--json');
    assert.deepEqual([json.code, JSON.parse(json.stdout).refused], [1, 1]);
    const broken = await run('update-accounts', '--changes', '[{');
    assert.equal(broken.code, 2);
    assert.match(
      broken.stderr,
      /^--changes: what follows is not JSON; give a list as JSON, as @file/,
    );
    const absent = await run('update-accounts', '--changes', `@${folder}/none.json`);
    assert.equal(absent.code, 2);
    assert.match(absent.stderr, /none\.json: no such file or directory\.\n$/);
  });

  test('delete without a question where no one could answer it', async () => {
    const accountID = await service.newAccount(partner);
    const { code } = await run('delete-account', '--account-id', String(accountID));
    assert.equal(code, 0);
    const gone = partner.getAccount({ account_id: accountID, server: 'online' });
    await assert.rejects(gone, { reason: 'account_not_found' });
  });

  test('name a credential by --client-id, and call with the one of the environment', async () => {
    const made = await run('create-api-credential', '--name', 'CRM');
    const client_id =
      /^client_id +(swb_ci_\S+)$/m.exec(made.stdout)?.[1] ?? assert.fail(made.stderr);
    assert.match(made.stdout, /^client_secret +swb_cs_\S+$/m);
    const renamed = await run('update-api-credential', '--client-id', client_id, '--name', 'Shop');
    assert.match(renamed.stdout, /^name +Shop$/m);
    const { stdout } = await run('list-api-credentials');
    assert.match(stdout, /^Shop +swb_ci_/m);
    const revoked = await run('revoke-api-credential', '--client-id', client_id);
    assert.match(revoked.stdout, /^state +revoked$/m);
  });

  test('print an access token alone, ready for a variable', async () => {
    const { stdout } = await run('access-token');
    assert.match(stdout, /^swb_at_\S+\n$/);
    assert.equal(JSON.parse((await run('access-token', '--json')).stdout).token_type, 'Bearer');
    const wrong = await run('access-token', '--client-secret', 'wrong');
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /reason 2,/);
  });

  test('take no misspelt setting for one that is not set', async () => {
    const { SWITCHBOARD_URL, ...rest } = partnerEnvironment(service, partner);
    const slip = { ...rest, SWITCHBOARD_ULR: SWITCHBOARD_URL };
    const { code, stderr } = await runCommand(['get-accounts'], slip);
    assert.equal(code, 2);
    assert.equal(stderr, 'SWITCHBOARD_ULR is not a setting: did you mean SWITCHBOARD_URL?\n');
    const others = { ...partnerEnvironment(service, partner), SWITCHBOARD_URLS: 'of another tool' };
    assert.equal((await runCommand(['get-accounts'], others)).code, 0);
  });

  test("use the quick start's credential, whole or not at all", async (t) => {
    const DATA_DIR = mkdtempSync(join(tmpdir(), 'switchboard-cli-'));
    t.after(() => rmSync(DATA_DIR, { recursive: true }));
    const none = await runCommand(['get-accounts'], { DATA_DIR });
    assert.equal(none.code, 2);
    assert.match(none.stderr, /^No credential: set SWITCHBOARD_URL, .*quickstart\.json\.\n$/);
    const { clientId: client_id, clientSecret: client_secret } = partner;
    const quickstart = { base_url: service.baseUrl, client_id, client_secret };
    writeFileSync(join(DATA_DIR, 'quickstart.json'), JSON.stringify(quickstart));
    assert.equal((await runCommand(['get-accounts'], { DATA_DIR })).code, 0);
    const mixed = await runCommand(['get-accounts', '--base-url', 'http://x.test'], { DATA_DIR });
    assert.equal(mixed.code, 2);
    assert.match(mixed.stderr, /^Set SWITCHBOARD_CLIENT_ID and SWITCHBOARD_CLIENT_SECRET too/);
  });
});
