/**
 * How soon the console's list of accounts is there for a partner with 100,000 of them:
 * `node bench/list-page.ts [ROUNDS]`, in Chromium on this machine, from the address being opened to
 * the first row, and on to what a search finds. Prints a table for `results.md`.
 */
import type { Browser } from 'playwright-core';
import { launchChromium } from '../e2e/chromium.ts';
import { openPostgres } from '../packages/server/src/database/postgres.ts';
import { hashPassword } from '../packages/server/src/people/passwords/password.ts';
import { startContestant } from './contestants.ts';
import { describeMachine } from './machine.ts';
import { fillManyAccounts } from './many-accounts.ts';
import { openStage, type Stage } from './stage.ts';

const ROUNDS = Number(process.argv[2] ?? 20);
const EMAIL = 'member@example.com';
const PASSWORD = 'Correct-Horse1';

type Opened = { first: number; again: number; found: number };

const print = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const stage = await openStage();
  try {
    await fillManyAccounts(stage);
    await addMember(stage);
    const service = await startContestant('service', stage, undefined);
    const address = `http://localhost:${new URL(service.url).port}`;
    const browser = await launchChromium();
    const cookies = await signIn(browser, address);
    const rounds: Opened[] = [];
    for (let n = 0; n <= ROUNDS; n += 1) {
      const opened = await open(browser, address, cookies, n);
      if (n > 0) rounds.push(opened);
    }
    const { cpu, cores, commit, postgres, date } = await describeMachine(stage, 'none');
    print(`${cpu}, ${cores} cores; commit ${commit}, PostgreSQL ${postgres}, ${date}\n`);
    print('| | p50 ms | p95 ms | longest |\n|---|---:|---:|---:|');
    row('its first row, in a browser that was never here', rounds, 'first');
    row('its first row, opened again', rounds, 'again');
    row('a search: from the last letter to what it finds', rounds, 'found');
    await browser.close();
    await service.stop();
  } finally {
    await stage.close();
  }
}

async function addMember({ connection }: Stage): Promise<void> {
  const database = openPostgres({ connection, connections: 1 });
  await database.pool.query(
    `with person as (
       insert into persons (name, email, password_hash, email_proved_at)
       values ('Somebody', $1, $2, now())
       returning id
     )
     insert into members (partner_id, person_id, role, state)
     select 1, id, 'administrator', 'open' from person`,
    [EMAIL, await hashPassword(PASSWORD)],
  );
  await database.close();
}

async function signIn(browser: Browser, address: string) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${address}/sign-in`);
  await page.locator('input[type="email"]').fill(EMAIL);
  await page.locator('input[type="password"]').fill(PASSWORD);
  await page.locator('button[type="submit"]').click();
  await page.waitForURL('**/accounts');
  const cookies = await context.cookies();
  await context.close();
  return cookies;
}

type Cookies = Awaited<ReturnType<typeof signIn>>;

/** A context of its own has an empty cache. */
async function open(browser: Browser, address: string, cookies: Cookies, n: number) {
  const context = await browser.newContext();
  await context.addCookies(cookies);
  const page = await context.newPage();
  const visit = async () => {
    await page.goto(`${address}/p/1/accounts`, { waitUntil: 'commit' });
    return page.evaluate<number>(timeOfRow(''));
  };
  const first = await visit();
  const again = await visit();
  const name = `trading ${4000 + 4 * n} ltd`;
  await page.getByRole('searchbox').fill(name);
  const typed = await page.evaluate(() => performance.now());
  const found = (await page.evaluate<number>(timeOfRow(name))) - typed;
  await context.close();
  return { first, again, found };
}

/**
 * For the page: milliseconds from the beginning of the visit to the frame in which a row with that
 * text is drawn. Playwright itself looks twice a second.
 */
const timeOfRow = (text: string): string => `new Promise((seen) => {
  const look = () => {
    const links = [...document.querySelectorAll('tbody tr a')];
    if (links.some((link) => link.textContent.toLowerCase().includes(${JSON.stringify(text)})))
      seen(performance.now());
    else requestAnimationFrame(look);
  };
  look();
})`;

function row(name: string, rounds: readonly Opened[], key: keyof Opened): void {
  const sorted = rounds.map((one) => one[key]).sort((a, b) => a - b);
  const at = (q: number) => (sorted[Math.ceil(q * sorted.length) - 1] ?? Number.NaN).toFixed(0);
  print(`| ${name} | ${at(0.5)} | ${at(0.95)} | ${at(1)} |`);
}

await main();
