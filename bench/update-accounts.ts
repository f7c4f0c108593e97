/**
 * `"$(node scripts/node24.cjs)" bench/update-accounts.ts [rounds]`: how long updateAccounts takes for
 * 1,000 changes, and how long a lone updateAccount beside it. Prints Markdown; the figures stand in
 * `results.md`, put there by hand.
 */
import { Agent, request } from 'node:http';
import { loadavg } from 'node:os';
import sql from 'sql-template-tag';
import { openPostgres } from '../packages/server/src/database/postgres.ts';
import { startContestant } from './contestants.ts';
import { describeMachine } from './machine.ts';
import { ACCOUNTS, openStage, SERVER, type Stage } from './stage.ts';

const rounds = Number(process.argv[2] ?? 20);
/** Milliseconds. */
const AIMS = { median: 1_000, p99: 100 };

async function main(): Promise<void> {
  const stage = await openStage();
  await signPeopleIn(stage);
  const service = await startContestant('service', stage, undefined);
  const bench = { stage, one: service.url, many: `${service.url}s` };
  try {
    const { date, commit, cores, node, postgres } = await describeMachine(stage, '');
    await times(3, () => changeAll(bench, 0, 1));
    await lonely(bench, 100);
    const dry = await times(rounds, () => changeAll(bench, 0, 1));
    await times(2, (n) => changeAll(bench, n));
    await stage.tidy();
    const idle = await times(rounds, (n) => changeAll(bench, n % 2));
    await stage.tidy();
    const alone = await lonely(bench, 1_000);
    await stage.tidy();
    const { called, beside } = await besideMany(bench);
    say(
      `${date}, commit ${commit}, ${cores} cores (load ${loadavg()[0]?.toFixed(1)}), Node ${node}, PostgreSQL ${postgres}; \`bench/update-accounts.ts ${rounds}\`.`,
      '',
      '| | median ms | p99 ms | aim |',
      '|---|---:|---:|---|',
      `| ${ACCOUNTS} changes, each a switch | ${row(idle)} | median ≤ ${AIMS.median} |`,
      `| the same as a dry run | ${row(dry)} | |`,
      `| a lone update, nothing beside it (${alone.length}) | ${row(alone)} | |`,
      `| a lone update beside such calls, one after the other (${beside.length}) | ${row(beside)} | p99 ≤ ${AIMS.p99} |`,
      `| those calls meanwhile (${called.length}) | ${row(called)} | |`,
    );
  } finally {
    await service.stop();
    await stage.close();
  }
}

/** Two people in each account, each signed in twice; most of them in several accounts. */
async function signPeopleIn({ connection }: Stage): Promise<void> {
  const database = openPostgres({ connection, connections: 1 });
  await database.write((db) =>
    db.query(sql`
      with made as (
        insert into persons (name, email)
        select 'Ada', 'ada' || n || '@example.com' from generate_series(1, 500) n
        returning id
      ),
      numbered as (select id, row_number() over () as n from made),
      agents as (
        insert into agents (server, account_id, agent_id, person_id, role, state, agent_name,
                            display_name)
        select ${SERVER}, a.account_id, k, p.id, 'administrator', 'open', 'Ada', 'Ada'
        from accounts a
        cross join generate_series(1, 2) k
        join numbered p on p.n = (a.account_id * 7 + k * 13) % 500 + 1
      )
      insert into sessions (person_id, token_hash, expires_at, realm, number)
      select id, sha256((id::text || k)::bytea), now() + interval '1 day',
        ${`server:${SERVER}`}, nextval('entry_numbers')
      from made, generate_series(1, 2) k`),
  );
  await database.write((db) => db.query(sql`analyze`));
  await database.close();
}

type Bench = { stage: Stage; one: string; many: string };

/** Switches every account; each is a change when the status before was another. */
async function changeAll({ stage, many }: Bench, account_status: number, dry_run = 0) {
  const changes = Array.from({ length: ACCOUNTS }, (_, n) => ({
    ...{ account_id: n + 1, server: SERVER, account_status },
  }));
  const { done } = await post(many, stage.token, { changes, dry_run });
  if (done !== ACCOUNTS) throw new Error(`Only ${done} of ${ACCOUNTS} were done.`);
}

/** One rename after the other, of accounts all over; answers how long each took. */
function lonely({ stage, one }: Bench, count: number): Promise<number[]> {
  return times(count, (n) => rename(stage, one, n));
}

const rename = (stage: Stage, url: string, n: number) =>
  post(url, stage.token, {
    account_id: ((n * 37) % ACCOUNTS) + 1,
    server: SERVER,
    account_name: `Lone ${n}`,
  });

/** Calls of many changes one after the other, and one lone update after the other beside them. */
async function besideMany(bench: Bench): Promise<{ called: number[]; beside: number[] }> {
  let over = false;
  const beside: number[] = [];
  const others = (async () => {
    for (let n = 0; !over; n += 1)
      beside.push(...(await times(1, () => rename(bench.stage, bench.one, n))));
  })();
  const called = await times(rounds, (n) => changeAll(bench, n % 2));
  over = true;
  await others;
  return { called, beside };
}

/** How long each took, in milliseconds, ascending. */
async function times(count: number, work: (n: number) => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const began = performance.now();
    await work(n);
    taken.push(performance.now() - began);
  }
  return taken.sort((a, b) => a - b);
}

function row(taken: readonly number[]): string {
  const sorted = taken.toSorted((a, b) => a - b);
  const at = (q: number) => (sorted[Math.floor(q * (sorted.length - 1))] ?? Number.NaN).toFixed(1);
  return `${at(0.5)} | ${at(0.99)}`;
}

const agent = new Agent({ keepAlive: true, maxSockets: 4 });

/** @throws Error unless it is answered 200 */
function post(url: string, token: string, body: object): Promise<Record<string, unknown>> {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-length': Buffer.byteLength(text) };
    const sent = request(url, { method: 'POST', agent, headers }, async (answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      if (answer.statusCode === 200) resolve(JSON.parse(Buffer.concat(chunks).toString()));
      else reject(new Error(`HTTP ${answer.statusCode}`));
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

const say = (...lines: string[]) => process.stdout.write(`${lines.join('\n')}\n`);

await main();
