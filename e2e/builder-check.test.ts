import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { openBrowser, type TestBrowser } from './browser.ts';
import { assertNoAxeViolations, assertNoSidewaysScroll, shot } from './checks.ts';
import {
  callFrom,
  LANGUAGES,
  newAccount,
  type Online,
  signIn,
  startOnline,
  wordsOf,
} from './online.ts';

const server = 'online';
const HOST = 'flows.builder.example.com';

type State = {
  name: string;
  state: string;
  days?: number;
  says: string;
  count?: number;
};

const STATES: State[] = [
  { name: 'ok', state: 'ok', days: 61, says: 'okToday' },
  { name: 'certificate', state: 'ok', days: 5, says: 'certificate_other', count: 5 },
  { name: 'certificate-today', state: 'ok', days: 0, says: 'certificateToday' },
  { name: 'unreachable', state: 'unreachable', says: 'unreachable' },
  { name: 'bad-tls', state: 'bad_tls', says: 'bad_tls' },
  { name: 'server-error', state: 'server_error', days: 61, says: 'server_error' },
  { name: 'not-checked', state: 'not_checked', says: 'not_checked' },
];

describe('how the builder was found, on its page', () => {
  let browser: TestBrowser;
  let online: Online;
  before(async () => {
    online = await startOnline();
    browser = await openBrowser();
  });

  const found = ({ state, days }: State) =>
    online.service.database.write((db) =>
      db.query({
        text: `
          insert into builder_checks (origin, host, state, at, tls_days)
          values ($1, $2, $3, now(), $4)
          on conflict (origin) do update
          set state = excluded.state, at = excluded.at, tls_days = excluded.tls_days`,
        values: [`https://${HOST}`, HOST, state, days ?? null],
      }),
    );
  const forget = () =>
    online.service.database.write((db) =>
      db.query({ text: 'delete from builder_checks', values: [] }),
    );
  async function withBuilder() {
    const account = await newAccount(online, { admin_name: 'Dana Levi' });
    const builder_url = `https://${HOST}/login?x=1`;
    await online.partner.updateAccount({ account_id: account.account_id, server, builder_url });
    return account;
  }
  async function check(page: Page, name: string) {
    await assertNoAxeViolations(page, name);
    await assertNoSidewaysScroll(page, name);
    await shot(page, `builder-check/${name}`);
  }

  for (const language of LANGUAGES)
    for (const theme of ['light', 'dark'] as const)
      test(`is said to administrators in every state (${language}, ${theme})`, async () => {
        await forget();
        const word = wordsOf(language);
        const width = theme === 'light' ? 1200 : 320;
        const page = await browser.newPage({ language, theme, width, baseUrl: online.address });
        const account = await withBuilder();
        await page.goto('/sign-in');
        await signIn(page, word, account);
        await page.getByText(word('builder.check.never'), { exact: true }).waitFor();
        await check(page, `${language}-${theme}-never`);
        for (const state of STATES) {
          await found(state);
          await page.reload();
          const said = word(`builder.check.${state.says}`, { count: state.count ?? 0 });
          await page.getByText(said, { exact: true }).waitFor();
          await check(page, `${language}-${theme}-${state.name}`);
        }
      });

  test('is not said to agents who are no administrators, nor where there is no builder', async () => {
    const word = wordsOf('en');
    await found({ name: 'ok', state: 'ok', says: '' });
    const account = await withBuilder();
    const agent = await newAccount(online);
    const page = await browser.newPage({ baseUrl: online.address });
    await page.goto('/sign-in');
    await signIn(page, word, account);
    await page.getByText(word('builder.check.okToday')).waitFor();
    const invited = { email: agent.email, name: 'Noa', role: 'agent' };
    await callFrom(page, `/api/workspace/${account.account_id}/agents`, invited);

    const other = await browser.newPage({ baseUrl: online.address });
    await other.goto('/sign-in');
    await signIn(other, word, agent);
    await other.waitForURL('**/accounts');
    await other.goto(`/accounts/${account.account_id}/workflow-builder`);
    await other.getByText(HOST).waitFor();
    assert.equal(await other.locator('.builder-check').count(), 0);
    await other.goto(`/accounts/${agent.account_id}/workflow-builder`);
    await other.getByText(word('builder.none')).waitFor();
    assert.equal(await other.locator('.builder-check').count(), 0);
  });
});
