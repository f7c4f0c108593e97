/** Runs the contestants in turn, round after round, each from the same state of the database. */
import { type HttpContestant, type Running, startContestant } from './contestants.ts';
import { databaseLimit } from './database-limit.ts';
import { load } from './load.ts';
import { worked, workedByPostgres } from './processor.ts';
import type { Stage } from './stage.ts';

export const contestants = ['noop', 'floor', 'database', 'before', 'service'] as const;
export type Contestant = (typeof contestants)[number];

export type Cell = {
  round: number;
  contestant: Contestant;
  connections: number;
  perSecond: number;
  /** Milliseconds; pgbench tells none. */
  p50?: number;
  p99?: number;
  /** Microseconds of processor for a request, of the contestant and its PostgreSQL. */
  processor?: number;
};

export type MeasureOptions = {
  rounds: number;
  /** Of one cell, after its warm-up. */
  seconds: number;
  connections: readonly number[];
  only: readonly Contestant[];
  tool: string;
  /** Where the service before is, with a database of its own. */
  before: { checkout: string; stage: Stage } | undefined;
  /** Called after each cell. */
  onCell(cell: Cell): void;
};

// PostgreSQL does best with a few clients; its limit is the best of these.
const DATABASE_CLIENTS = [1, 4, 10, 32];
const WARM_UP_SECONDS = 1;
// Once for each, so that the first round does not measure a compiler.
const BURN_IN_SECONDS = 3;

/** @throws Error when a contestant refuses a request, or answers without having changed anything */
export async function measure(stage: Stage, options: MeasureOptions): Promise<Cell[]> {
  const running = new Map<HttpContestant, Running>();
  const cells: Cell[] = [];
  const { before } = options;
  const stageOf = (name: Contestant) => (name === 'before' && before ? before.stage : stage);
  try {
    for (const name of options.only) {
      if (name === 'database') continue;
      const started = await startContestant(name, stageOf(name), before?.checkout);
      running.set(name, started);
      await measureHttp(stageOf(name), started, 32, false, BURN_IN_SECONDS);
    }
    for (let round = 1; round <= options.rounds; round++)
      for (const [contestant, connections] of turns(options)) {
        const at = stageOf(contestant);
        await at.tidy();
        const http = running.get(contestant as HttpContestant);
        const measured = http
          ? await measureHttp(at, http, connections, contestant !== 'noop', options.seconds)
          : { perSecond: await databaseLimit(stage, options.tool, connections, options.seconds) };
        const cell = { round, contestant, connections, ...measured };
        cells.push(cell);
        options.onCell(cell);
      }
  } finally {
    for (const { stop } of running.values()) await stop();
  }
  return cells;
}

/** One round: at each number of connections everybody, one after the other. */
function turns({ connections, only }: MeasureOptions): [Contestant, number][] {
  const steps = Math.max(connections.length, DATABASE_CLIENTS.length);
  return Array.from({ length: steps }, (_, step) =>
    only.map((name) => [name, (name === 'database' ? DATABASE_CLIENTS : connections)[step]]),
  )
    .flat()
    .filter((turn): turn is [Contestant, number] => turn[1] !== undefined);
}

async function measureHttp(
  stage: Stage,
  { url, pid }: Running,
  connections: number,
  changes: boolean,
  seconds: number,
) {
  const before = await stage.changes();
  const spent = () => worked(pid) + workedByPostgres(stage.dataFolder);
  const spentBefore = spent();
  const { answered, ...measured } = await load({
    url,
    token: stage.token,
    connections,
    warmUpSeconds: WARM_UP_SECONDS,
    seconds,
  });
  const processor = ((spent() - spentBefore) * 1000) / answered;
  const changed = (await stage.changes()) - before;
  if (changes && changed < answered)
    throw new Error(`${url} answered ${answered} times but changed only ${changed}.`);
  return { ...measured, processor };
}
