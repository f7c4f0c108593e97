/** `results.md`: the machine, the numbers, the targets. */
import type { Machine } from './machine.ts';
import { type Cell, type Contestant, contestants } from './measure.ts';
import { type Medians, type Target, targets } from './targets.ts';

export type Results = {
  rounds: number;
  seconds: number;
  cells: readonly Cell[];
  /** What commits wait for besides the disk; empty for nothing. */
  waitsFor: string;
};

type Measure = 'perSecond' | 'p50' | 'p99' | 'processor';

const TITLES: Readonly<Record<Contestant, (tool: string) => string>> = {
  noop: () => 'HTTP no-op',
  floor: () => 'the floor',
  database: (tool) => `the database alone (${tool})`,
  before: () => 'the service before',
  service: () => 'this service',
};

/** The whole file, Markdown. */
export function report(machine: Machine, results: Results): string {
  const { rounds, seconds, waitsFor } = results;
  return `# How fast updateAccount is

Written by \`npm run bench\`; read it with \`docs/hot-path.md\`. Ratios within one run mean something;
requests per second belong to the machine, which the load generator shares.

- **Machine**: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGib} GiB, ${machine.kernel}
- **Software**: commit ${machine.commit}, Node ${machine.node}, PostgreSQL ${machine.postgres}, fsync ${machine.fsync ? 'on' : 'off'}
- **Date**: ${machine.date}
- **Measured**: ${rounds} rounds, contestants in turn, ${seconds} s a cell after a warm-up, autocannon${waitsFor && `; commits wait for ${waitsFor}`}

Every request renames one of a thousand accounts: a change, an event row, one commit. *HTTP no-op* is bare \`node:http\` with a constant answer; *the floor* is bare \`node:http\` and
a pool of ten \`pg\` connections with the same statement once per request; *the database alone* runs
that statement without HTTP, and its best number counts. The service runs as an operator starts it:
log, limits and metrics on.

## Numbers

Medians of the rounds, in brackets the least and the most. *Processor* is what a request cost the
contestant and PostgreSQL together, by the kernel's count: the steadiest of these numbers.

| | connections | requests/s | p50 ms | p99 ms | processor µs |
|---|---:|---:|---:|---:|---:|
${numbers(results.cells, machine.tool).join('\n')}

## Targets

| | measured | target | |
|---|---:|---:|---|
${judged(results.cells).join('\n')}
${obstacles(results.cells)}`;
}

function numbers(cells: readonly Cell[], tool: string): string[] {
  return contestants.flatMap((contestant) =>
    connectionsOf(cells, contestant).map((connections) => {
      const of = (key: Measure) => valuesOf(cells, contestant, connections, key);
      const columns = [
        TITLES[contestant](tool),
        connections,
        spread(of('perSecond'), (n) => Math.round(n).toLocaleString('en')),
        spread(of('p50'), (n) => n.toFixed(2)),
        spread(of('p99'), (n) => n.toFixed(2)),
        spread(of('processor'), (n) => n.toFixed(0)),
      ];
      return `| ${columns.join(' | ')} |`;
    }),
  );
}

function judged(cells: readonly Cell[]): string[] {
  const medians = mediansOf(cells);
  return targets.flatMap((target) => {
    const value = target.value(medians);
    if (value === undefined && target.isComparison) return [];
    const bound = target.atMost === undefined ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`;
    const verdict = isReached(target, value) ? 'reached' : '**not reached**';
    const columns = [target.sentence, value?.toFixed(2) ?? '–', bound];
    return `| ${[...columns, value === undefined ? 'not measured' : verdict].join(' | ')} |`;
  });
}

function obstacles(cells: readonly Cell[]): string {
  const medians = mediansOf(cells);
  const missed = targets.filter((target) => {
    const value = target.value(medians);
    return value !== undefined && !isReached(target, value);
  });
  if (missed.length === 0) return '';
  const items = missed.map((target) => `- ${target.sentence}: ${target.inTheWay}`);
  return `\n## What is in the way\n\n${items.join('\n')}\n`;
}

function isReached({ atLeast, atMost }: Target, value: number | undefined): boolean {
  if (value === undefined) return false;
  return value >= (atLeast ?? 0) && value <= (atMost ?? Number.POSITIVE_INFINITY);
}

function mediansOf(cells: readonly Cell[]): Medians {
  const of = (contestant: Contestant, connections: number, key: Measure) =>
    median(valuesOf(cells, contestant, connections, key));
  const limits = connectionsOf(cells, 'database').map((n) => of('database', n, 'perSecond') ?? 0);
  return {
    perSecond: (contestant, connections) => of(contestant, connections, 'perSecond'),
    processor: (contestant, connections) => of(contestant, connections, 'processor'),
    databaseLimit: limits.length > 0 ? Math.max(...limits) : undefined,
    p50: (connections) => of('service', connections, 'p50'),
    p99: (connections) => of('service', connections, 'p99'),
  };
}

const connectionsOf = (cells: readonly Cell[], contestant: Contestant): number[] => [
  ...new Set(cells.filter((c) => c.contestant === contestant).map((c) => c.connections)),
];

const valuesOf = (
  cells: readonly Cell[],
  contestant: Contestant,
  connections: number,
  key: Measure,
): number[] =>
  cells
    .filter((cell) => cell.contestant === contestant && cell.connections === connections)
    .map((cell) => cell[key])
    .filter((value) => value !== undefined)
    .sort((a, b) => a - b);

function median(sorted: readonly number[]): number | undefined {
  const middle = sorted.length / 2;
  const pair = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  const [low, high] = pair;
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

function spread(sorted: readonly number[], show: (value: number) => string): string {
  const middle = median(sorted);
  if (middle === undefined) return '–';
  return `${show(middle)} (${show(sorted[0]!)}–${show(sorted.at(-1)!)})`;
}
