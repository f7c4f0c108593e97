import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** What the system knows of a running process, so that a pid found in a file can be judged. */
export type ProcessState = {
  /** Name of its program, without folders. */
  name: string;
  /** Its program and arguments, separated by spaces. */
  command: string;
  /** Boot and moment of its start: the same pid with another value is another process. */
  started: string;
  /** Its working folder and the file of its program, where the system lets us see them. */
  folder: string | undefined;
  program: string | undefined;
};

/** The running process `pid`; undefined when there is none, or only a zombie (dead, not yet reaped). */
export function processState(pid: number): ProcessState | undefined {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

function fromProc(pid: number): ProcessState | undefined {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (stat === undefined) return undefined;
  // The name stands in brackets and may itself hold spaces and brackets.
  const end = stat.lastIndexOf(')');
  const fields = stat.slice(end + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')) ?? '';
  const command = attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? '';
  return {
    name: stat.slice(stat.indexOf('(') + 1, end),
    command: command.replaceAll('\0', ' '),
    started: `${boot.trim()} ${fields[19]}`,
    folder: attempt(() => readlinkSync(`/proc/${pid}/cwd`)),
    program: attempt(() => readlinkSync(`/proc/${pid}/exe`)),
  };
}

function fromPs(pid: number): ProcessState | undefined {
  const row = attempt(() =>
    execFileSync('ps', ['-o', 'state=,lstart=,command=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    }),
  );
  const [, state, started, command] = /^\s*(\S+)\s+(.{24})\s+(.*\S)/.exec(row ?? '') ?? [];
  if (!state || !started || !command || state.startsWith('Z')) return undefined;
  const name = basename(command.split(' -')[0] ?? '');
  return { name, command, started, folder: undefined, program: undefined };
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
