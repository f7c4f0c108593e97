/**
 * `npm run bench`: how fast updateAccount is, in ratios that one run on one machine can tell
 * (`docs/hot-path.md`). A whole run rewrites `results.md`; a narrowed one only prints.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { databaseTool } from './database-limit.ts';
import { describeMachine } from './machine.ts';
import { type Cell, type Contestant, contestants, measure } from './measure.ts';
import { report } from './report.ts';
import { openStage } from './stage.ts';
import { addStandby } from './standby.ts';

const USAGE = `npm run bench -- [--rounds 5] [--seconds 3] [--connections 1,4,32,128]
                [--only ${contestants.join(',')}] [--json]
                [--before FOLDER]    another checkout's service beside this one's
                [--standby 2]        commits wait for a standby, so many ms there and back`;

const RESULTS = new URL('results.md', import.meta.url);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '3' },
      connections: { type: 'string', default: '1,4,32,128' },
      only: { type: 'string' },
      before: { type: 'string' },
      standby: { type: 'string', default: '0' },
      json: { type: 'boolean', default: false },
    },
  });
  const numbers = (text: string) => text.split(',').map(Number);
  const [rounds = 0] = numbers(values.rounds);
  const [seconds = 0] = numbers(values.seconds);
  const [standbyMs = 0] = numbers(values.standby);
  const connections = numbers(values.connections);
  const all = contestants.filter((name) => name !== 'before' || values.before !== undefined);
  const only = (values.only?.split(',') ?? all) as Contestant[];
  const whole = [rounds, seconds, ...connections].every((n) => Number.isInteger(n) && n > 0);
  if (!whole || !(standbyMs >= 0) || only.some((name) => !all.includes(name)))
    throw new Error(USAGE);

  const tool = await databaseTool();
  const stage = await openStage();
  const ends = [stage.close];
  const close = async () => {
    for (let end = ends.pop(); end; end = ends.pop()) await end();
  };
  const interrupted = () => close().then(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    const checkout = values.before && resolve(values.before);
    const before = checkout ? { checkout, stage: await openStage(checkout) } : undefined;
    if (before) ends.push(before.stage.close);
    if (standbyMs > 0)
      for (const at of before ? [stage, before.stage] : [stage])
        ends.push(await addStandby(at, standbyMs));
    const waitsFor = standbyMs > 0 ? `a standby, ${standbyMs} ms there and back` : '';
    const machine = await describeMachine(stage, tool);
    const onCell = (cell: Cell) => process.stderr.write(`${lineOf(cell)}\n`);
    const cells = await measure(stage, {
      rounds,
      seconds,
      connections,
      only,
      tool,
      before,
      onCell,
    });
    const text = report(machine, { rounds, seconds, cells, waitsFor });
    process.stdout.write(values.json ? `${JSON.stringify({ machine, cells }, null, 2)}\n` : text);
    const full =
      standbyMs === 0 &&
      all.every((name) => only.includes(name)) &&
      [1, 4, 32, 128].every((n) => connections.includes(n));
    if (full && rounds >= 5) writeFileSync(RESULTS, text);
  } finally {
    await close();
  }
}

function lineOf({ round, contestant, connections, perSecond, p50, p99 }: Cell): string {
  const times = p50 === undefined ? '' : `  p50 ${p50.toFixed(2)} ms  p99 ${p99?.toFixed(2)} ms`;
  const rate = Math.round(perSecond).toString().padStart(6);
  return `round ${round}  ${contestant.padEnd(8)} ${String(connections).padStart(3)}  ${rate}/s${times}`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
