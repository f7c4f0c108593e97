/**
 * `"$(node scripts/node24.cjs)" bench/deliveries.ts [seconds]`: what is told to webhooks beside the
 * updates that make it, on this machine: how many a second, how late, and whether one dead address
 * delays others. Prints Markdown; a whole run rewrites `deliveries.md`.
 */
import { writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { openPostgres } from '../packages/server/src/database/postgres.ts';
import { newSecret, sealSecret } from '../packages/server/src/delivery/webhook.ts';
import { TOKEN_PREFIX } from '../packages/server/src/partners/credentials/access-token.ts';
import { derivedKeys } from '../packages/server/src/sealing.ts';
import { newToken, sha256 } from '../packages/server/src/secret.ts';
import { startContestant } from './contestants.ts';
import { describeMachine } from './machine.ts';
import { type Receiver, startReceiver, startSilent } from './receiver.ts';
import { openStage, SERVER, type Stage, serviceEnvironment } from './stage.ts';
import { type Database, manyWaiting, type Say, spread } from './waiting.ts';

const seconds = Number(process.argv[2] ?? 20);
const PARTNERS = 100;
const ACCOUNTS_EACH = 10;

async function main(): Promise<void> {
  const stage = await openStage();
  const database = openPostgres({ connection: stage.connection, connections: 4 });
  const { date, commit, cores, node, postgres } = await describeMachine(stage, '');
  const lines = [
    '# Deliveries',
    '',
    `${date}, commit ${commit}, ${cores} cores, Node ${node}, PostgreSQL ${postgres} with fsync; \`bench/deliveries.ts ${seconds}\`.`,
    '',
  ];
  const say = (line: string) => {
    lines.push(line);
    process.stdout.write(`${line}\n`);
  };
  try {
    const receiver = await startReceiver();
    const service = await startContestant('service', stage, undefined);
    await addWebhook(database, 1, receiver.url);
    // Within a second the service knows that there is an address.
    await sleep(1_500);
    await alone(service.url, stage, receiver, say);
    for (const rate of [500, 1_000, 2_000, 3_000])
      await beside(service.url, stage, receiver, rate, say);
    await fairness(database, service.url, receiver, say);
    await service.stop();
    await manyWaiting(database, say);
    await receiver.stop();
  } finally {
    await database.close();
    await stage.close();
  }
  writeFileSync(new URL('deliveries.md', import.meta.url), `${lines.join('\n')}\n`);
}

/** One change after the other, with pauses between. */
async function alone(url: string, { token }: Stage, receiver: Receiver, say: Say): Promise<void> {
  await receiver.heard();
  for (let n = 0; n < 100; n += 1) {
    await post(url, token, {
      account_id: (n % 10) + 1,
      server: SERVER,
      account_name: `Alone ${n}`,
    });
    await sleep(50);
  }
  await sleep(500);
  const { count, lags } = await receiver.heard();
  say(`One change at a time: ${count} of 100 told, ${spread(lags)} after the change.`);
  say('');
}

/** Changes at a pace, in 32 connections, over 1,000 accounts. */
async function beside(url: string, { token }: Stage, receiver: Receiver, rate: number, say: Say) {
  await receiver.heard();
  const began = performance.now();
  const made = await paced(rate, seconds, (n) =>
    post(url, token, { account_id: (n % 1_000) + 1, server: SERVER, account_name: `${rate} ${n}` }),
  );
  const took = (performance.now() - began) / 1000;
  const at = await receiver.heard();
  let told = at.count;
  const lags = at.lags;
  for (const deadline = Date.now() + 60_000; told < made && Date.now() < deadline; ) {
    await sleep(50);
    const more = await receiver.heard();
    told += more.count;
    lags.push(...more.lags);
  }
  say(
    `${Math.round(made / took)} changes/s for ${Math.round(took)} s: ${Math.round(at.count / took)} told/s meanwhile, ${told} of ${made} in all, ${spread(lags)} after the change.`,
  );
  say('');
}

/** 99 partners whose receiver answers, without and with one beside them whose address never does. */
async function fairness(database: Database, url: string, receiver: Receiver, say: Say) {
  const silent = await startSilent();
  const tokens: string[] = [];
  for (let n = 0; n < PARTNERS; n += 1)
    tokens.push(await addPartner(database, n, n === 0 ? silent.url : receiver.url));
  await sleep(1_500);
  const run = async (from: number) => {
    await receiver.heard();
    await paced(500, seconds, (n) => {
      const partner = from + (n % (PARTNERS - from));
      const account_id =
        10_000 + partner * ACCOUNTS_EACH + (Math.floor(n / PARTNERS) % ACCOUNTS_EACH);
      return post(url, tokens[partner] ?? '', {
        account_id,
        server: SERVER,
        account_name: `${from} ${n} ${Date.now()}`,
      });
    });
    await sleep(1_000);
    return receiver.heard();
  };
  for (let round = 1; round <= 3; round += 1) {
    const without = await run(1);
    const beside = await run(0);
    say(
      `99 addresses, 500 changes/s, round ${round}: ${spread(without.lags)}; beside one that never answers: ${spread(beside.lags)}.`,
    );
  }
  say('');
  silent.stop();
}

async function addWebhook(database: Database, partnerId: number, url: string): Promise<void> {
  const keys = derivedKeys([serviceEnvironment('', '').SECRET_KEY], 'webhooks');
  await database.write((db) =>
    db.query(sql`
      insert into webhooks (partner_id, url, secret)
      values (${partnerId}, ${url}, ${sealSecret(keys, partnerId, newSecret())})`),
  );
}

async function addPartner(database: Database, n: number, url: string): Promise<string> {
  const token = newToken(TOKEN_PREFIX);
  const [row] = await database.write((db) =>
    db.query<{ partner_id: number }>(sql`
      with partner as (insert into partners (name) values (${`Partner ${n}`}) returning partner_id),
      credential as (
        insert into credentials (partner_id, client_id, mode)
        select partner_id, ${`bench ${n}`}, 'strict' from partner
        returning credential_id, partner_id
      ),
      token as (
        insert into access_tokens (token_hash, credential_id, expires_at)
        select ${sha256(token)}, credential_id, now() + interval '1 day' from credential
      )
      insert into accounts (server, account_id, partner_id, account_name, seat_limit, inbox_limit)
      select ${SERVER}, ${10_000 + n * ACCOUNTS_EACH}::integer + k, partner_id, 'Account', 3, 2
      from credential, generate_series(0, ${ACCOUNTS_EACH - 1}) k
      returning partner_id`),
  );
  await addWebhook(database, row?.partner_id ?? 0, url);
  return token;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** @throws Error unless it is answered 200 */
function post(url: string, token: string, body: object): Promise<void> {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-length': Buffer.byteLength(text) };
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume().on('end', () => {
        if (answer.statusCode === 200) resolve();
        else reject(new Error(`HTTP ${answer.statusCode}`));
      });
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

/** So many a second, never more than 32 under way. */
async function paced(rate: number, forSeconds: number, work: (n: number) => Promise<void>) {
  const began = performance.now();
  let next = 0;
  const client = async () => {
    for (;;) {
      const n = next;
      next += 1;
      const dueIn = began + (n / rate) * 1000 - performance.now();
      if (n >= rate * forSeconds || performance.now() - began > forSeconds * 1500) return n;
      if (dueIn > 1) await sleep(dueIn);
      await work(n);
    }
  };
  const ends = await Promise.all(Array.from({ length: 32 }, client));
  return Math.min(...ends);
}

await main();
