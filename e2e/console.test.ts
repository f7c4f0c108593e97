import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '@switchboard/server/testing';
import type { Page } from 'playwright-core';
import { addressOf, allowTrouble, FAILED, openBrowser, type TestBrowser } from './browser.ts';
import { assertNoAxeViolations, assertNoSidewaysScroll, assertNotBlank, shot } from './checks.ts';
import { type Language, signIn, wordsOf } from './online.ts';

const LONG_NAME = `${'חברת השליחויות של Tel-Aviv '.repeat(3)}${'W'.repeat(19)}`;
const NAMES = ['Harbour Books', 'חנות הספרים', '<b>Bold & Co</b>', '🌊 Surf School', LONG_NAME];
const PAGE = 50;

describe('the partner console, in the browser', () => {
  let browser: TestBrowser;
  let service: TestService;
  let partner: TestPartner;
  let shown: TestPartner;
  let small: TestPartner;
  before(async () => {
    service = await startService();
    await service.operator.createServer({ server: 'berlin' });
    partner = await service.newPartner();
    shown = await service.newPartner();
    small = await service.newPartner();
    for (const account_name of NAMES)
      await shown.createAccount({ ...accountRequest(), account_name });
    for (let index = 0; index < PAGE + 5; index += 1) {
      const account_name = NAMES[index] ?? `Account ${index}`;
      await partner.createAccount({ ...accountRequest(), account_name });
    }
    const { list } = await partner.getAccounts({ q: 'Harbour' });
    const account_id = Number(list[0]?.account_id);
    await partner.updateAccount({ account_id, server: 'online', account_status: 0 });
    browser = await openBrowser();
  });

  type Opened = { language?: Language; theme?: 'light' | 'dark'; width?: number };

  /** Signed in, at the only partner's accounts. */
  async function enter(
    of: TestPartner,
    { language = 'en', ...look }: Opened = {},
    role: 'administrator' | 'viewer' = 'administrator',
  ) {
    const word = wordsOf(language);
    const { email } = await service.newMember(of, role);
    const baseUrl = addressOf(service, 'localhost');
    const page = await browser.newPage({ language, ...look, baseUrl });
    // Nobody is signed in when it begins.
    allowTrouble(page, /40[134]/);
    await page.goto('/');
    await page.waitForURL('**/sign-in');
    await signIn(page, word, { account_id: 0, email, password: accountRequest().admin_password });
    await page.waitForURL(`**/p/${of.partner}/accounts`);
    await page.getByRole('heading', { name: word('list.title'), level: 1 }).waitFor();
    return { page, word, email };
  }
  const rows = (page: Page) => page.locator('tbody tr');
  const search = (page: Page) => new URL(page.url()).search;

  async function look(page: Page, at: string) {
    await assertNoAxeViolations(page, at);
    await assertNoSidewaysScroll(page, at);
    await assertNotBlank(page, at, await shot(page, at));
  }

  // Each direction in both colours, wide and narrow.
  for (const [language, theme, width] of [
    ['en', 'light', 1440],
    ['he', 'dark', 1024],
    ['en', 'dark', 375],
    ['he', 'light', 320],
  ] as const)
    test(`its pages are sound (${language}, ${theme}, ${width} px)`, async () => {
      const { page, word } = await enter(shown, { language, theme, width });
      const lookAt = (name: string) => look(page, `console/${name}-${language}-${theme}-${width}`);
      await rows(page).first().waitFor();
      await lookAt('accounts');
      await page.getByRole('button', { name: /Harbour Books/ }).click();
      await page.getByRole('menuitem', { name: word('list.copyId') }).waitFor();
      await lookAt('row-menu');
      await page.keyboard.press('Escape');
      await page.goto(`/p/${shown.partner}/accounts?q=nobody`);
      await page.getByText(word('list.notFoundSentence')).waitFor();
      await lookAt('nothing-found');
      await page.goto(`/p/${shown.partner}/accounts/new`);
      await page.getByRole('button', { name: word('create.submit') }).click();
      await page.getByText(word('create.wrong.account_name')).waitFor();
      await lookAt('create');
      await page.goto('/profile');
      await page.getByText(word('devices.current')).waitFor();
      await lookAt('profile');
      await page.goto('/nowhere');
      await page.getByRole('heading', { name: word('notFound.title') }).waitFor();
      await lookAt('not-found');
    });

  test('finds an account by what is typed, and opens it from its row; the address says all', async () => {
    const { page } = await enter(partner);
    await rows(page).first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('harbour');
    await page.waitForURL('**/accounts?q=harbour');
    await rows(page).nth(1).waitFor({ state: 'detached' });
    assert.match((await rows(page).first().textContent()) ?? '', /Harbour Books/);
    await page.reload();
    assert.equal(await page.getByRole('searchbox').inputValue(), 'harbour');
    await rows(page).first().click();
    await page.waitForURL(/\/accounts\/online\/\d+$/);
    await page.getByRole('heading', { name: 'Harbour Books', level: 1 }).waitFor();
    await page.goBack();
    assert.equal(await page.getByRole('searchbox').inputValue(), 'harbour');
    await page.getByRole('searchbox').press('Escape');
    await page.waitForURL('**/accounts');
    await rows(page).nth(1).waitFor();
  });

  test('narrows by a word and shows what it hides; names are text', async () => {
    const { page, word } = await enter(partner);
    await page.getByText('<b>Bold & Co</b>', { exact: true }).waitFor();
    await page.getByRole('button', { name: word('status.disabled'), exact: true }).click();
    await page.waitForURL('**/accounts?status=disabled');
    await rows(page).nth(1).waitFor({ state: 'detached' });
    await page.getByRole('searchbox').fill('Surf');
    await page.getByText(word('list.notFoundSentence')).waitFor();
    await page
      .getByRole('button', { name: word('list.clearSearch') })
      .last()
      .click();
    await rows(page).nth(1).waitFor();
    assert.equal(search(page), '');
    // Every server is offered, also one that none of the accounts here is on.
    await page.getByRole('button', { name: word('settings.server'), exact: true }).click();
    await page.getByRole('menuitem', { name: 'berlin', exact: true }).waitFor();
    await look(page, 'console/servers');
    await page.getByRole('menuitem', { name: 'berlin', exact: true }).click();
    await page.waitForURL('**/accounts?server=berlin');
    await page.getByText(word('list.noneFitsSentence')).waitFor();
    await look(page, 'console/none-fits');
    await page
      .getByRole('button', { name: word('list.clearFilters') })
      .last()
      .click();
    await rows(page).nth(1).waitFor();
  });

  test('goes through the pages and back, also after a reload', async () => {
    const { page, word } = await enter(partner);
    await rows(page)
      .nth(PAGE - 1)
      .waitFor();
    await page.getByRole('link', { name: word('list.next') }).click();
    await page.getByText(word('list.range', { from: 51, to: 55, all: 55 })).waitFor();
    await look(page, 'console/last-page');
    assert.match(search(page), /^\?cursor=/);
    await page.reload();
    await page.getByRole('link', { name: word('list.previous') }).click();
    await page.getByText(word('list.range', { from: 1, to: 50, all: 55 })).waitFor();
    assert.equal(search(page), '');
  });

  test('creates the first account, says so, and opens its page', async () => {
    const { page, word } = await enter(small);
    await page.getByText(word('list.noneYetSentence')).waitFor();
    // Where there is nothing yet, nothing is searched, and one button does the one thing to do.
    assert.equal(await page.getByRole('searchbox').count(), 0);
    assert.equal(await page.getByRole('link', { name: word('create.title') }).count(), 1);
    await look(page, 'console/none-yet');
    allowTrouble(page, /500/);
    let fails = true;
    await page.route(/getServers/, async (route) => {
      if (fails) return route.fulfill({ status: 500, json: FAILED });
      const answer = await route.fetch();
      const { list, ...rest } = (await answer.json()) as { list: object[] };
      // One that no server has any more when it is chosen.
      const gone = { server: 'gone', main: false, address: 'http://gone.localhost' };
      await route.fulfill({ json: { ...rest, list: [...list, gone] } });
    });
    await page.reload();
    await page
      .getByRole('link', { name: word('create.title') })
      .last()
      .click();
    // Without its servers the form would choose one silently.
    const told = page.getByRole('alert').filter({ hasText: FAILED.request_id });
    await told.waitFor();
    fails = false;
    await told.getByRole('button', { name: word('common.tryAgain') }).click();
    await told.waitFor({ state: 'detached' });
    const fill = (name: string, text: string) => page.locator(`input[name="${name}"]`).fill(text);
    await fill('account_name', 'Bakery "24"');
    await fill('admin_email', 'dana@example.com');
    await fill('admin_name', 'Dana Levi');
    await fill('admin_displayName', 'Dana');
    const choice = page.locator('select[name="server"]');
    await choice.selectOption('gone');
    await page.getByRole('button', { name: word('create.makePassword') }).click();
    await page.getByRole('button', { name: word('create.submit') }).click();
    await page.getByText(word('reason.server_not_found')).waitFor();
    await choice.selectOption('berlin');
    await page.getByText('berlin.localhost', { exact: false }).first().waitFor();
    await choice.selectOption('');
    await page.getByText('online.localhost', { exact: false }).first().waitFor();
    await page.getByRole('button', { name: word('create.submit') }).click();
    await page.waitForURL(/\/accounts\/online\/\d+$/);
    await page.getByRole('heading', { name: 'Bakery "24"', level: 1 }).waitFor();
    await page.getByRole('alert').getByText('Bakery').waitFor();
    await look(page, 'console/created');
  });

  test('shows a change that somebody else made, without a reload', async () => {
    const { page, word } = await enter(partner, {}, 'viewer');
    assert.equal(await page.getByRole('link', { name: word('create.title') }).count(), 0);
    const row = rows(page).filter({ hasText: 'Surf School' });
    await row.getByText(word('status.active')).waitFor();
    const { list } = await partner.getAccounts({ q: 'Surf' });
    const account_id = Number(list[0]?.account_id);
    await partner.updateAccount({ account_id, server: 'online', account_status: 0 });
    await row.getByText(word('status.disabled')).waitFor();
  });

  test('says that a partner is suspended, or that one is no member of it', async () => {
    const suspended = await service.newPartner();
    const { page, word } = await enter(suspended);
    await service.operator.suspendPartner({ partner: suspended.partner });
    await page.getByRole('heading', { name: word('partners.suspendedTitle') }).waitFor();
    await assertNoAxeViolations(page, 'suspended');
    await shot(page, 'console/suspended');
    await page.goto(`/p/${partner.partner}/accounts`);
    await page.getByRole('heading', { name: word('notFound.title') }).waitFor();
  });
});
