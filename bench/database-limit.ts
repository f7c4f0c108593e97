/**
 * What the database itself can do: the service's statement, one account each, with no HTTP before
 * it. By pgbench where the machine has it, else by the same loop in a process of Node.
 */
import { execFile, fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { updateAccountStatements } from '../packages/server/src/accounts/updating/update-account-statement.ts';
import { sha256 } from '../packages/server/src/secret.ts';
import { firstMessage } from './child.ts';
import type { LoopPlan } from './database-loop.ts';
import { ACCOUNTS, SERVER, type Stage } from './stage.ts';

const run = promisify(execFile);

/** `pgbench 15.18`, or what stands in for it. */
export async function databaseTool(): Promise<string> {
  const version = await run('pgbench', ['--version']).catch(() => undefined);
  const [, number] = /(\d+\.\d+)/.exec(version?.stdout ?? '') ?? [];
  return number ? `pgbench ${number}` : 'a loop in Node';
}

/** Statements per second with so many clients. */
export async function databaseLimit(
  stage: Stage,
  tool: string,
  clients: number,
  seconds: number,
): Promise<number> {
  if (!tool.startsWith('pgbench')) return loop(stage, clients, seconds);
  const script = join(stage.folder, 'update-account.pgbench');
  writeFileSync(script, pgbenchScript(stage.token));
  const { host, port, user, database } = stage.connection;
  const { stdout } = await run('pgbench', [
    ...['--no-vacuum', '--protocol=prepared', `--file=${script}`],
    ...[`--client=${clients}`, `--jobs=${Math.min(2, clients)}`, `--time=${seconds}`],
    ...[`--host=${host}`, `--port=${port}`, `--username=${user}`, database],
  ]);
  const [, perSecond] = /tps = ([\d.]+)/.exec(stdout) ?? [];
  if (!perSecond || /number of failed transactions: [1-9]/.test(stdout)) throw new Error(stdout);
  return Number(perSecond);
}

/** The same text; in place of its parameters constants, and two variables that become parameters. */
function pgbenchScript(token: string): string {
  const bound = [
    `array['${SERVER}']`,
    'array[:account]',
    'array[:name]',
    ...['array[null]', 'array[null]', 'array[null]', 'array[null]'],
    `array['127.0.0.1']`,
    `array['pgbench']`,
    `array['\\x${sha256(token).toString('hex')}']`,
    `'2s'`,
  ];
  const text = updateAccountStatements.credential.lean.text.replaceAll(
    /\$(\d+)/g,
    (_, n) => bound[n - 1] ?? '',
  );
  return `\\set account random(1, ${ACCOUNTS})
\\set name random(1, 1000000000)
${text.trim()};
`;
}

async function loop(stage: Stage, clients: number, seconds: number): Promise<number> {
  const { connection, token } = stage;
  const plan: LoopPlan = { connection, token, clients, seconds };
  const child = fork(join(import.meta.dirname, 'database-loop.ts'), [JSON.stringify(plan)]);
  return firstMessage<number>(child);
}
