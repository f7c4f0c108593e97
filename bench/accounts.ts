/**
 * What a page of getAccounts takes with 100,000 accounts of one partner and as many of others:
 * `node bench/accounts.ts`, over HTTP, one request at a time. Prints a table for `results.md`, with
 * the processor time of a request beside its own: that of PostgreSQL, which others can hardly blur.
 */
import { startContestant } from './contestants.ts';
import { describeMachine } from './machine.ts';
import { fillManyAccounts } from './many-accounts.ts';
import { workedByPostgres } from './processor.ts';
import { openStage } from './stage.ts';

const ROUNDS = Number(process.argv[2] ?? 40);

const SEARCHES: Readonly<Record<string, (n: number) => string>> = {
  'a Latin name': (n) => `q=trading ${1000 + n}`,
  'a Hebrew name': (n) => `q=הבנייה ${1000 + n}`,
  'a Cyrillic name': (n) => `q=ромашка ${1000 + n}`,
  'letters of many names': (n) => `q=${['trad', 'חבר', 'ПАРТ', 'ünï'][n % 4]}`,
  'one letter': (n) => `q=${['a', 'i', 'ב', 'р', '1'][n % 5]}`,
  'nothing has it': (n) => `q=nowhere ${n}`,
  "an administrator's address": (n) => `q=Admin${1000 + n}@example.com`,
  'a reference': (n) => `q=ref${1000 + n}`,
  'an exact number': (n) => `q=${1000 + n}`,
  'a name, sorted by name': (n) => `q=${['trad', 'חבר'][n % 2]}&sort=name`,
};
const LISTS: Readonly<Record<string, (n: number) => string>> = {
  'the first page': () => '',
  'by name': () => 'sort=name',
  'the latest change first': () => 'sort=-changed',
  'what is off': () => 'account_status=0&sort=-changed',
  'where nobody ever came in': () => 'entered=never',
  'whose builder fails': () => 'builder=failing',
};

const print = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const stage = await openStage();
  try {
    await fillManyAccounts(stage);
    const service = await startContestant('service', stage, undefined);
    const base = service.url.replace('updateAccount', 'getAccounts');
    const { cpu, cores, commit, postgres, date } = await describeMachine(stage, 'none');
    print(`${cpu}, ${cores} cores; commit ${commit}, PostgreSQL ${postgres}, ${date}\n`);
    print('| | found | p50 ms | p95 ms | longest | processor ms |\n|---|---:|---:|---:|---:|---:|');
    const all: number[] = [];
    const spent = () => workedByPostgres(stage.dataFolder);
    const began = spent();
    for (const [name, queryOf] of Object.entries(SEARCHES))
      all.push(...(await measure(base, stage.token, name, queryOf, spent)));
    row('**all searches**', '', all, (spent() - began) / all.length);
    for (const [name, queryOf] of Object.entries(LISTS))
      await measure(base, stage.token, name, queryOf, spent);
    await service.stop();
  } finally {
    await stage.close();
  }
}

/** @returns the milliseconds of each, after one that warms up */
async function measure(
  base: string,
  token: string,
  name: string,
  queryOf: (n: number) => string,
  spent: () => number,
): Promise<number[]> {
  const times: number[] = [];
  const before = spent();
  let found = 0;
  for (let n = 0; n <= ROUNDS; n += 1) {
    const began = performance.now();
    const response = await fetch(`${base}?limit=50&${encodeURI(queryOf(n))}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { status, totalOnline } = (await response.json()) as Record<string, unknown>;
    if (n > 0) times.push(performance.now() - began);
    if (status !== 'OK') throw new Error(`${name}: ${response.status}`);
    found = Math.max(found, Number(totalOnline));
  }
  row(name, found.toLocaleString('en'), times, (spent() - before) / (ROUNDS + 1));
  return times;
}

function row(name: string, found: string, times: readonly number[], processorMs: number): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (q: number) => (sorted[Math.ceil(q * sorted.length) - 1] ?? Number.NaN).toFixed(0);
  print(`| ${name} | ${found} | ${at(0.5)} | ${at(0.95)} | ${at(1)} | ${processorMs.toFixed(0)} |`);
}

await main();
