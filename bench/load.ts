/**
 * The load generator: autocannon in a process of its own. Each request renames an account; no
 * request finds the name already there, so each is a change.
 */
import { fork } from 'node:child_process';
import autocannon from 'autocannon';
import { firstMessage } from './child.ts';
import { ACCOUNTS, SERVER } from './stage.ts';

export type Plan = {
  url: string;
  token: string;
  connections: number;
  warmUpSeconds: number;
  seconds: number;
};

export type Load = {
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** Answers of 2xx, warm-up included. */
  answered: number;
};

/**
 * Puts load on a contestant from another process.
 *
 * @throws Error when a single answer is not 2xx, or a connection fails
 */
export async function load(plan: Plan): Promise<Load> {
  const child = fork(import.meta.filename, [JSON.stringify(plan)]);
  const result = await firstMessage<Load | { failed: string }>(child);
  if ('failed' in result) throw new Error(result.failed);
  return result;
}

async function shoot(plan: Plan): Promise<Load> {
  const warmUp = await fire(plan, plan.warmUpSeconds);
  const { times, seconds } = await fire(plan, plan.seconds);
  const sorted = Float64Array.from(times).sort();
  const quantile = (q: number) => sorted[Math.floor(q * (sorted.length - 1))] ?? Number.NaN;
  return {
    perSecond: times.length / seconds,
    p50: quantile(0.5),
    p99: quantile(0.99),
    answered: warmUp.times.length + times.length,
  };
}

/** Milliseconds of every answer: autocannon's own histogram knows whole milliseconds only. */
function fire(plan: Plan, duration: number): Promise<{ times: number[]; seconds: number }> {
  const times: number[] = [];
  let refused: string | undefined;
  let from = performance.now();
  const options = {
    url: plan.url,
    method: 'POST' as const,
    headers: { authorization: `Bearer ${plan.token}`, 'content-type': 'application/json' },
    connections: plan.connections,
    duration,
    sampleInt: 100, // it ends on a sample
    setupClient: (client: autocannon.Client) => client.setRequests(renamings(plan.connections)),
  };
  return new Promise((resolve, reject) => {
    const instance = autocannon(options, () => {
      const seconds = (performance.now() - from) / 1000;
      if (times.length === 0) refused ??= 'no answer';
      if (refused) reject(new Error(`${plan.url} refused a request: ${refused}`));
      else resolve({ times, seconds });
    });
    instance.on('start', () => {
      from = performance.now();
    });
    instance.on('response', (_client, status, _bytes, milliseconds) => {
      if (status >= 200 && status < 300) times.push(milliseconds);
      else refused ??= `HTTP ${status}`;
    });
    instance.on('reqError', (error) => {
      refused ??= String(error);
    });
  });
}

// Bodies built beforehand, for all clients together: building them during the run costs cores.
const BODIES = 8_000;
let clients = 0;

/**
 * One client's requests, which it repeats: a random part of the accounts, twice, with names that
 * differ and that no other client uses.
 */
function renamings(connections: number): { body: string }[] {
  const client = ++clients;
  const part = shuffled().slice(0, Math.max(1, Math.floor(BODIES / connections / 2)));
  return ['a', 'b'].flatMap((turn) =>
    part.map((account_id) => ({
      body: JSON.stringify({
        account_id,
        server: SERVER,
        account_name: `${process.pid} ${client} ${turn}`,
      }),
    })),
  );
}

function shuffled(): number[] {
  const ids = Array.from({ length: ACCOUNTS }, (_, index) => index + 1);
  for (let last = ids.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [ids[last], ids[other]] = [ids[other]!, ids[last]!];
  }
  return ids;
}

if (process.argv[1] === import.meta.filename && process.send)
  shoot(JSON.parse(process.argv[2] ?? '')).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
