import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { createPartnerClient } from '@switchboard/sdk';
import { startService, type TestService } from '@switchboard/server/testing';
import { operatorEnvironment, partnerEnvironment, runCommand } from './testing.ts';

const TOKEN = 'the-operator-token-of-the-tests';

describe("the operator's commands", () => {
  let service: TestService;
  before(async () => {
    service = await startService({ environment: { OPERATOR_TOKEN: TOKEN } });
  });

  const run = (...args: string[]) => runCommand(args, operatorEnvironment(service));
  const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout);

  test('take the main argument with or without its flag', async () => {
    assert.equal((await json('server', 'create', 'eu1')).server, 'eu1');
    assert.equal((await json('server', 'create', '--server', 'eu2')).server, 'eu2');
    const { stdout } = await run('server', 'list');
    assert.match(stdout, /^server +main +create_time\n/);
    assert.match(stdout, /^eu2 +no +/m);
  });

  test('register, change, suspend and resume a partner', async () => {
    const { partner } = await json('partner', 'create', 'Acme');
    const changed = await json('partner', 'update', `${partner}`, '--support-name', 'Acme help');
    assert.deepEqual([changed.name, changed.support_name], ['Acme', 'Acme help']);
    assert.equal((await json('partner', 'suspend', `${partner}`)).state, 'suspended');
    assert.match((await run('partner', 'list')).stdout, /Acme +suspended/);
    assert.equal((await json('partner', 'resume', `${partner}`)).state, 'active');
  });

  test('show a secret once, and rotate it with an overlap', async () => {
    const { partner } = await json('partner', 'create', 'Rotating');
    const made = await run('credential', 'create', `${partner}`, '--mode', 'original');
    assert.match(made.stdout, /^mode +original$/m);
    assert.match(made.stdout, /^The secret is not shown again: /m);
    const [, clientId = ''] = /^client_id +(\S+)$/m.exec(made.stdout) ?? [];
    const [, clientSecret = ''] = /^client_secret +(\S+)$/m.exec(made.stdout) ?? [];
    const rotated = await json('credential', 'rotate', clientId, '--overlap-hours', '1');
    const tokenWith = (secret: string) =>
      createPartnerClient({
        baseUrl: service.baseUrl,
        clientId,
        clientSecret: secret,
      }).accessToken();
    await tokenWith(clientSecret);
    await tokenWith(rotated.client_secret);
    const listed = await run('credential', 'list', '--partner', `${partner}`);
    assert.ok(listed.stdout.includes(clientId) && !listed.stdout.includes('swb_cs_'));
    assert.equal((await json('credential', 'revoke', clientId)).state, 'revoked');
    await assert.rejects(tokenWith(rotated.client_secret), { reason: 'client_invalid' });
  });

  test('end a lock-out, of which whoever waits is told how long it lasts', async () => {
    const partner = await service.newPartner();
    const wrong = { ...partnerEnvironment(service, partner), SWITCHBOARD_CLIENT_SECRET: 'wrong' };
    const failed = Array.from({ length: 10 }, () => partnerWith(wrong).accessToken());
    await Promise.allSettled(failed);
    const locked = await runCommand(['get-accounts'], partnerEnvironment(service, partner));
    assert.equal(locked.code, 1);
    assert.match(locked.stderr, /\nreason 3, try again in 10 minutes, request id /);
    const cleared = await run('limits', 'clear', '--client-id', partner.clientId);
    assert.equal(cleared.stdout, 'blocks_ended        1\nfailures_forgotten  10\n');
    const heard = await runCommand(['get-accounts'], partnerEnvironment(service, partner));
    assert.equal(heard.code, 0, heard.stderr);
    const byAddress = await run('limits', 'clear', '--address', '127.0.0.1', '--json');
    assert.equal(JSON.parse(byAddress.stdout).status, 'OK');
  });

  const partnerWith = (environment: ReturnType<typeof partnerEnvironment>) =>
    createPartnerClient({
      baseUrl: environment.SWITCHBOARD_URL,
      clientId: environment.SWITCHBOARD_CLIENT_ID,
      clientSecret: environment.SWITCHBOARD_CLIENT_SECRET,
      retries: 0,
    });

  test('bring a deleted account back', async () => {
    const partner = await service.newPartner();
    const account_id = await service.newAccount(partner);
    await partner.deleteAccount({ accountID: account_id, server: 'online' });
    const restored = await json('account', 'restore', `${account_id}`, 'online');
    assert.equal(restored.account_id, account_id);
    assert.equal(
      (await partner.getAccount({ account_id, server: 'online' })).account_id,
      account_id,
    );
  });

  test('hold an account, list what is held, and release it', async () => {
    const partner = await service.newPartner();
    const account_id = await service.newAccount(partner);
    const named = ['--account-id', `${account_id}`, '--server', 'online'];
    const held = await run('account', 'hold', ...named, '--reason', 'abuse');
    assert.equal(held.code, 0, held.stderr);
    assert.match(held.stdout, /^held\.reason +abuse\nheld\.since +2\d{3}-\d\d-\d\dT/m);
    assert.match(held.stdout, /^suspended\.sessions_ended +0$/m);
    const { stdout } = await run('account', 'held', '--partner', `${partner.partner}`);
    const [titles, row] = stdout.split('\n');
    assert.match(titles ?? '', /^partner +server +id +name +reason +state +held_time$/);
    assert.match(
      row ?? '',
      new RegExp(`^${partner.partner} +online +${account_id} +My Account +abuse +off +2`),
    );
    const environment = partnerEnvironment(service, partner);
    const listed = await runCommand(['get-accounts'], environment);
    assert.match(listed.stdout, / {2}reason abuse, since 2\d{3}-/);
    const on = ['update-account', ...named, '--account-status', '1'];
    const refused = await runCommand(on, environment);
    assert.match(refused.stderr, /^Refused: The account is held by the operator \(abuse\); /);
    assert.equal((await json('account', 'release', ...named)).account_status, 0);
    assert.match((await run('account', 'held', `--partner=${partner.partner}`)).stdout, /is empty/);
    assert.equal((await runCommand(on, environment)).code, 0);
  });

  test('are refused as any call is', async () => {
    const { code, stderr } = await run('quickstart', 'remove');
    assert.equal(code, 1);
    assert.match(stderr, /^Refused: There is no quick start to remove\.\nreason 110, request id /);
    const OPERATOR_TOKEN = 'a-wrong-token-of-some-length';
    const environment = { ...operatorEnvironment(service), OPERATOR_TOKEN };
    assert.match((await runCommand(['server', 'list'], environment)).stderr, /reason 100/);
  });

  test('reach the server on its unix socket, also where the path is too long for one', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'switchboard-cli-'));
    const { hostname, port } = new URL(service.operatorUrl);
    const relay = createServer((socket) => {
      const onward = connect(Number(port), hostname);
      socket.pipe(onward).pipe(socket);
    });
    await new Promise<void>((resolve) => relay.listen(join(folder, 'operator.sock'), resolve));
    t.after(() => {
      relay.close();
      rmSync(folder, { recursive: true });
    });
    const list = (environment: Record<string, string>) =>
      runCommand(['server', 'list'], { OPERATOR_TOKEN: TOKEN, ...environment });
    assert.match((await list({ DATA_DIR: folder })).stdout, /^online +yes/m);
    const OPERATOR_LISTEN = join(folder, 'operator.sock');
    assert.match((await list({ OPERATOR_LISTEN })).stdout, /^online +yes/m);
    const far = mkdtempSync(join(folder, `${'long-'.repeat(30)}`));
    writeFileSync(join(far, 'operator.sock.path'), `${OPERATOR_LISTEN}\n`);
    assert.match((await list({ DATA_DIR: far })).stdout, /^online +yes/m);
  });

  test('say where nobody answers, and exit with 3', async () => {
    const socket = await runCommand(['server', 'list'], { DATA_DIR: '/nonexistent/data' });
    assert.equal(socket.code, 3);
    assert.equal(
      socket.stderr,
      'No Switchboard answers on /nonexistent/data/operator.sock: start it with npm start, or set OPERATOR_LISTEN/DATA_DIR.\n',
    );
    const tcp = await runCommand(['server', 'list'], { OPERATOR_LISTEN: '127.0.0.1:9' });
    assert.equal(tcp.code, 3);
    assert.match(tcp.stderr, /^No Switchboard answers on 127\.0\.0\.1:9: /);
    assert.equal((await runCommand(['server', 'list'], { OPERATOR_LISTEN: 'here' })).code, 2);
  });
});
