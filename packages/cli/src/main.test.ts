import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Endpoint, endpoints } from '@switchboard/contract';
import { kebab } from './flag-names.ts';
import { runCommand } from './testing.ts';

describe('switchboard', () => {
  test('has a command for every endpoint, with a flag for every parameter', async () => {
    for (const [name, endpoint] of Object.entries<Endpoint>(endpoints)) {
      const words = (endpoint.command ?? kebab(name)).split(' ');
      const { code, stdout } = await runCommand([...words, '--help']);
      assert.equal(code, 0, words.join(' '));
      for (const parameter of Object.keys(endpoint.request))
        assert.match(stdout, new RegExp(`--${kebab(parameter)} <value>`));
    }
  });

  test('documents its exit codes in --help, and prints its version', async () => {
    const { code, stdout } = await runCommand(['--help']);
    assert.equal(code, 0);
    assert.match(stdout, /Exit codes:\n {2}0 {2}done\n {2}1 {2}refused/);
    assert.match((await runCommand(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
  });

  test('proposes what was meant by a wrong command or flag, and exits with 2', async () => {
    const command = await runCommand(['updte-account']);
    assert.equal(command.code, 2);
    assert.match(command.stderr, /Did you mean update-account\?/);
    const flag = await runCommand(['get-account', '--acount-id', '8']);
    assert.equal(flag.code, 2);
    assert.match(flag.stderr, /Did you mean --account-id\?/);
    for (const args of [
      [],
      ['server'],
      ['server', 'create', 'a', 'b'],
      ['get-account', '--server'],
    ])
      assert.equal((await runCommand(args)).code, 2, args.join(' '));
  });
});
