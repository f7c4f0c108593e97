/**
 * How much a processor has worked, by the kernel's own count (proc(5), Linux): what others do on the
 * machine can hardly blur it. It moves in steps of 10 ms.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const TICK_MS = 10;

/** Milliseconds that a process has worked; 0 once it is gone. */
export function worked(pid: number): number {
  const { user, system } = timesOf(String(pid));
  return (user + system) * TICK_MS;
}

/** Milliseconds that all processes of a PostgreSQL have worked, those that ended included. */
export function workedByPostgres(dataFolder: string): number {
  const [postmaster = ''] = readFileSync(join(dataFolder, 'postmaster.pid'), 'utf8').split('\n');
  let ticks = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const { parent, user, system, ofEnded } = timesOf(pid);
    if (pid === postmaster) ticks += user + system + ofEnded;
    else if (parent === postmaster) ticks += user + system;
  }
  return ticks * TICK_MS;
}

/** In ticks; nothing for a process that is gone. */
function timesOf(pid: string) {
  let text = '';
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // It ended meanwhile.
  }
  const [, parent, ...rest] = text.replace(/^.*\) /s, '').split(' ');
  const [user = 0, system = 0, ...ended] = rest.slice(9, 13).map(Number);
  return { parent, user, system, ofEnded: ended.reduce((sum, ticks) => sum + ticks, 0) };
}
