/** For tests: the real command line, as a process of its own. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

export type Ended = { code: number | null; stdout: string; stderr: string };

const BIN = join(import.meta.dirname, '../bin/switchboard.cjs');

/** Runs `switchboard` with these arguments, without a terminal, to its end. */
export function runCommand(
  args: readonly string[],
  environment: Record<string, string> = {},
  input: string | Buffer = '',
): Promise<Ended> {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { PATH: process.env.PATH, TZ: 'Asia/Jerusalem', DATA_DIR: '/nonexistent', ...environment },
  });
  const ended: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    ended.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    ended.stderr += text;
  });
  // A command that reads nothing may end before this is written.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...ended, code }));
  });
}

/** What the operator of that service has in the environment. */
export const operatorEnvironment = (service: {
  operatorUrl: string;
  config: { operatorToken: string | undefined };
}) => ({
  OPERATOR_LISTEN: new URL(service.operatorUrl).host,
  ...(service.config.operatorToken && { OPERATOR_TOKEN: service.config.operatorToken }),
});

/** What that partner has in the environment. */
export const partnerEnvironment = (
  service: { baseUrl: string },
  partner: { clientId: string; clientSecret: string },
) => ({
  SWITCHBOARD_URL: service.baseUrl,
  SWITCHBOARD_CLIENT_ID: partner.clientId,
  SWITCHBOARD_CLIENT_SECRET: partner.clientSecret,
});
