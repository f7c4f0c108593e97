/** What the numbers were measured on; no names of hosts or folders. */
import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import type { Stage } from './stage.ts';

export type Machine = {
  date: string;
  /** Abbreviated; `+` when the working tree differs from it. */
  commit: string;
  cpu: string;
  cores: number;
  memoryGib: number;
  kernel: string;
  node: string;
  postgres: string;
  fsync: boolean;
  /** What ran the database's own limit. */
  tool: string;
};

export async function describeMachine(stage: Stage, tool: string): Promise<Machine> {
  const { model = 'unknown', length: cores = 0 } = { ...cpus()[0], length: cpus().length };
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
    cpu: model.trim(),
    cores,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    kernel: `${process.platform} ${release()}`,
    node: process.version.slice(1),
    postgres: stage.postgres.version,
    fsync: stage.postgres.fsync,
    tool,
  };
}

function commit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
  try {
    const changed = git(
      'status',
      '--porcelain',
      '--untracked-files=no',
      ':/',
      ':!/bench/results.md',
    );
    return git('rev-parse', '--short', 'HEAD') + (changed ? '+' : '');
  } catch {
    return 'unknown';
  }
}
