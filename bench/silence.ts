/**
 * `"$(node scripts/node24.cjs)" bench/silence.ts [seconds]`: what updateAccount takes while an
 * address holds thousands of connections that say nothing or half of something, and sends headers
 * made for slow patterns; and what that does to the service's memory. Linux only (`/proc`).
 */
import { fork } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { end, firstMessage } from './child.ts';
import { type Running, startContestant } from './contestants.ts';
import type { Attack } from './silence-attack.ts';
import { ACCOUNTS, openStage, SERVER, type Stage } from './stage.ts';

const SECONDS = 20;
const PAUSE_MS = 20;
const ATTACK: Omit<Attack, 'port'> = {
  from: '127.0.0.2',
  silent: 10_000,
  halfBodies: 4_000,
  headersPerSecond: 10,
};

type Phase = { name: string; times: number[]; mostMib: number; mostDescriptors: number };

async function main(): Promise<void> {
  const seconds = Number(process.argv[2] ?? SECONDS);
  const stage = await openStage();
  try {
    const service = await startContestant('service', stage, undefined);
    const phases = [await measure('before', service, stage, seconds / 2)];
    const port = Number(new URL(service.url).port);
    const file = new URL('silence-attack.ts', import.meta.url);
    const attack = fork(file, [JSON.stringify({ ...ATTACK, port })]);
    await firstMessage(attack);
    phases.push(await measure('during', service, stage, seconds));
    const asked = firstMessage(attack);
    attack.send('report');
    process.stdout.write(`The attack, ${JSON.stringify(await asked)}\n`);
    await end(attack);
    phases.push(await measure('after', service, stage, seconds / 2));
    await service.stop();
    for (const phase of phases) process.stdout.write(`${lineOf(phase)}\n`);
  } finally {
    await stage.close();
  }
}

/** One connection from 127.0.0.1, one change after the other. */
async function measure(
  name: string,
  { url, pid }: Running,
  stage: Stage,
  seconds: number,
): Promise<Phase> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const phase: Phase = { name, times: [], mostMib: 0, mostDescriptors: 0 };
  const until = performance.now() + seconds * 1_000;
  for (let n = 1; performance.now() < until; n++) {
    const from = performance.now();
    await change(url, stage.token, n, agent);
    phase.times.push(performance.now() - from);
    phase.mostMib = Math.max(phase.mostMib, memoryMib(pid));
    phase.mostDescriptors = Math.max(phase.mostDescriptors, readdirSync(`/proc/${pid}/fd`).length);
    await sleep(PAUSE_MS);
  }
  agent.destroy();
  return phase;
}

function change(url: string, token: string, n: number, agent: Agent): Promise<void> {
  const account_id = (n % ACCOUNTS) + 1;
  const body = JSON.stringify({ account_id, server: SERVER, account_name: `Silence ${n}` });
  const headers = { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    request(url, { method: 'POST', localAddress: '127.0.0.1', headers, agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`HTTP ${response.statusCode}`));
      response.resume().once('end', resolve);
    })
      .once('error', reject)
      .end(body);
  });
}

const memoryMib = (pid: number): number => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
};

function lineOf({ name, times, mostMib, mostDescriptors }: Phase): string {
  const sorted = times.toSorted((a, b) => a - b);
  const quantile = (q: number) => (sorted[Math.floor(q * (sorted.length - 1))] ?? 0).toFixed(1);
  return (
    `${name.padEnd(6)} ${times.length} changes, median ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms, ` +
    `at most ${mostMib.toFixed(0)} MiB and ${mostDescriptors} descriptors`
  );
}

await main();
