import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { addressOf, allowTrouble, FAILED, openBrowser, type TestBrowser } from './browser.ts';
import { assertNoAxeViolations, assertNoSidewaysScroll, assertNotBlank, shot } from './checks.ts';
import {
  LANGUAGES,
  type Language,
  newAccount,
  type Online,
  signIn,
  startOnline,
  type TestAccount,
  type Word,
  wordsOf,
} from './online.ts';

const server = 'online';
const LONG_NAME = `${'חברת השליחויות של Tel-Aviv '.repeat(3)}${'W'.repeat(19)}`;
const LONG_URL = `https://builder.example.com/${'long-path-'.repeat(12)}`;

describe("an account's page of the console, in the browser", () => {
  let browser: TestBrowser;
  let online: Online;
  before(async () => {
    online = await startOnline();
    browser = await openBrowser();
  });

  type Look = { language?: Language; theme?: 'light' | 'dark'; width?: number };
  type Opened = {
    page: Page;
    word: Word;
    account: TestAccount;
    at: { account_id: number; server: string };
  };

  /** Somebody of the partner, at the page of an account. */
  async function open(
    { language = 'en', ...look }: Look = {},
    role: 'administrator' | 'operator' | 'viewer' = 'administrator',
    request: Record<string, unknown> = {},
  ): Promise<Opened> {
    const account = await newAccount(online, { account_name: 'Harbour Books', ...request });
    const { partner } = online.partner;
    const { email } = await online.service.newMember(online.partner, role);
    const baseUrl = addressOf(online.service, 'localhost');
    const page = await browser.newPage({ language, ...look, baseUrl });
    allowTrouble(page, /40[134]|409|412/);
    await page.goto(`/sign-in?next=/p/${partner}/accounts/${server}/${account.account_id}`);
    await signIn(page, wordsOf(language), { ...account, email });
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByText(wordsOf(language)('event.account_created')).waitFor();
    return {
      page,
      word: wordsOf(language),
      account,
      at: { account_id: account.account_id, server },
    };
  }

  async function look(page: Page, name: string) {
    await assertNoAxeViolations(page, name);
    await assertNoSidewaysScroll(page, name);
    await assertNotBlank(page, name, await shot(page, `console-account/${name}`));
  }

  /** In the account's own tab. */
  async function enter(account: TestAccount, language: Language): Promise<Page> {
    const inside = await browser.newPage({ language, baseUrl: online.address });
    allowTrouble(inside, /401|403/);
    await inside.goto('/sign-in');
    await signIn(inside, wordsOf(language), account);
    await inside.waitForURL('**/workflow-builder');
    return inside;
  }

  const heading = (page: Page, name: string) =>
    page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
  const name = (page: Page, word: Word) =>
    page.getByLabel(word('settings.account_name'), { exact: true });
  const linkField = (page: Page, word: Word) =>
    page.getByLabel(word('settings.builder_url'), { exact: true });
  const nameOf = async ({ account_id }: TestAccount) =>
    (await online.partner.getAccount({ account_id, server })).account_name;

  for (const language of LANGUAGES)
    test(`renames it, and takes that back (${language})`, async () => {
      const { page, word, account, at } = await open({ language });
      await look(page, `${language}/page`);
      // A name reads in its own direction and stands where the page begins.
      const styles = await page.evaluate<string>(`(() => {
        const style = getComputedStyle(document.querySelector('[name="account_name"]'));
        return style.unicodeBidi + ' ' + style.textAlign;
      })()`);
      assert.equal(styles, `plaintext ${language === 'he' ? 'right' : 'left'}`);
      await name(page, word).fill('Harbour 📚 Books');
      await page
        .getByText(word('console.account.counter.account_name', { count: 15, limit: 100 }))
        .waitFor();
      await linkField(page, word).fill('builder.example.com');
      await linkField(page, word).blur();
      await page.getByText(word('console.account.wrong.builder_url')).waitFor();
      assert.ok(await button(page, word('settings.save')).isDisabled());
      await look(page, `${language}/wrong`);
      await linkField(page, word).fill('https://builder.example.com/login');

      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await button(page, word('console.account.copyCurl')).click();
      const copied = await page.evaluate<string>('navigator.clipboard.readText()');
      assert.match(copied, /If-Match: "1"/);
      assert.match(copied, /"account_name":"Harbour 📚 Books","builder_url":"https:/);

      await button(page, word('settings.save')).click();
      await heading(page, 'Harbour 📚 Books');
      await page.getByText(word('console.account.receipt.saved')).waitFor();
      assert.equal(await nameOf(account), 'Harbour 📚 Books');
      await page.getByRole('deletion').getByText('Harbour Books').waitFor();
      await look(page, `${language}/saved`);
      await button(page, word('console.account.undo')).click();
      await heading(page, 'Harbour Books');
      await page.getByText(word('console.account.receipt.undone')).waitFor();
      assert.equal((await online.partner.getAccount(at)).builder_url, '');
    });

  for (const language of LANGUAGES)
    test(`shows both values of what somebody else changed, and saves the chosen one (${language})`, async () => {
      const { page, word, account, at } = await open({ language });
      await name(page, word).fill('Mine');
      // Between what the page read and what it sends.
      await page.route(
        '**/updateAccount',
        async (route) => {
          await online.partner.updateAccount({ ...at, account_name: 'Theirs' });
          await route.continue();
        },
        { times: 1 },
      );
      await button(page, word('settings.save')).click();
      await page.getByText(word('console.account.conflict.title')).waitFor();
      await heading(page, 'Theirs');
      assert.equal(await nameOf(account), 'Theirs');
      assert.equal(await name(page, word).inputValue(), 'Mine');
      assert.ok(await button(page, word('settings.save')).isDisabled());
      await look(page, `${language}/conflict`);
      await button(page, word('console.account.conflict.keepMine')).click();
      await button(page, word('settings.save')).click();
      await heading(page, 'Mine');
      assert.equal(await nameOf(account), 'Mine');

      // Told at once, without saving; taking theirs leaves nothing to save.
      await name(page, word).fill('Mine again');
      await online.partner.updateAccount({ ...at, account_name: 'Theirs again' });
      await button(page, word('console.account.conflict.takeTheirs')).click();
      assert.equal(await name(page, word).inputValue(), 'Theirs again');
      assert.ok(await button(page, word('settings.save')).isDisabled());
    });

  test('goes on with what was typed when something else of it changed', async () => {
    const { page, word, account, at } = await open();
    await name(page, word).fill('Mine');
    await page.route(
      '**/updateAccount',
      async (route) => {
        await online.partner.updateAccount({ ...at, builder_url: 'https://builder.example.com' });
        await route.continue();
      },
      { times: 1 },
    );
    await button(page, word('settings.save')).click();
    await page.getByText(word('console.account.conflict.elsewhere')).waitFor();
    await button(page, word('settings.save')).click();
    await heading(page, 'Mine');
    assert.equal(await nameOf(account), 'Mine');
  });

  test('is not left unsaved unasked', async () => {
    const { page, word } = await open();
    await name(page, word).fill('Mine');
    await page.getByRole('link', { name: word('list.title') }).click();
    await page.getByRole('dialog', { name: word('unsaved.title') }).waitFor();
    await button(page, word('unsaved.stay')).click();
    assert.equal(await name(page, word).inputValue(), 'Mine');
  });

  for (const language of LANGUAGES)
    test(`switches it off and on again, and the agent's open tab hears it (${language})`, async () => {
      const { page, word, account, at } = await open({ language });
      const inside = await enter(account, language);
      await page.getByText(word('console.account.signedIn.people_one')).waitFor();
      await button(page, word('console.account.switchOff.submit')).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText(word('console.account.end.people_one')).waitFor();
      await dialog.getByRole('radio', { name: word('console.account.category.not_paid') }).check();
      await dialog
        .getByLabel(word('console.account.switchOff.reason'), { exact: true })
        .fill('invoice 2026-114');
      await look(page, `${language}/switch-off`);
      await dialog.getByRole('button', { name: word('console.account.switchOff.submit') }).click();

      await inside.getByRole('heading', { name: word('disabled.title') }).waitFor();
      await page.getByText(word('console.account.receipt.off')).waitFor();
      await page.getByText(word('console.account.cut.people_one')).waitFor();
      await page.getByText('invoice 2026-114').first().waitFor();
      await look(page, `${language}/off`);
      const { list } = await online.partner.getActivity(at);
      assert.equal(list[0]?.status_reason, 'Not paid: invoice 2026-114');
      await page
        .getByText(list[0]?.request_id ?? '?')
        .first()
        .waitFor();

      await button(page, word('console.account.undo')).click();
      await page.getByText(word('console.account.receipt.undone_off')).waitFor();
      assert.equal((await online.partner.getAccount(at)).account_status, 1);
      await inside.bringToFront();
      await inside.getByText(word('note.sign_in_again')).waitFor();
    });

  test('undoes nothing once it has changed since, and says that what was cut stays cut', async () => {
    const { page, word, at } = await open();
    await button(page, word('console.account.switchOff.submit')).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: word('console.account.switchOff.submit') }).click();
    await page.getByText(word('console.account.switchOff.noCategory')).waitFor();
    await dialog.getByRole('radio', { name: word('console.account.category.abuse') }).check();
    await dialog.getByRole('button', { name: word('console.account.switchOff.submit') }).click();
    await page.getByText(word('console.account.receipt.off')).waitFor();
    await online.partner.updateAccount({ ...at, account_name: 'Theirs' });
    await heading(page, 'Theirs');
    await button(page, word('console.account.undo')).click();
    await page.getByText(word('console.account.receipt.stale')).waitFor();
    await page.getByText(word('console.account.receipt.cutStays')).waitFor();
    assert.equal((await online.partner.getAccount(at)).account_status, 0);
    await look(page, 'en/undo-stale');
    await button(page, word('console.account.switchOn')).click();
    await page.getByText(word('console.account.receipt.on')).waitFor();
    assert.equal((await online.partner.getAccount(at)).account_status, 1);
    // What came of the way back before is not said of this one.
    await button(page, word('console.account.undo')).waitFor();
    assert.equal(await page.getByText(word('console.account.receipt.stale')).count(), 0);
    await look(page, 'en/on');
  });

  test('takes back that it was switched on: it is off again, for the reason it was off', async () => {
    const { page, word, at } = await open();
    await online.partner.updateAccount({ ...at, account_status: 0, status_reason: 'Abuse: spam' });
    await page.getByText(word('disabled.title')).waitFor();
    await page.getByText('spam').first().waitFor();
    await button(page, word('console.account.switchOn')).click();
    await page.getByText(word('console.account.receipt.on')).waitFor();
    await button(page, word('console.account.undo')).click();
    await page.getByText(word('console.account.receipt.undone_on')).waitFor();
    assert.equal((await online.partner.getAccount(at)).account_status, 0);
    const { list } = await online.partner.getActivity(at);
    assert.equal(list[0]?.status_reason, 'Abuse: spam');
    await look(page, 'en/undone-on');
  });

  test('shows what happens elsewhere at once, in every tab', async () => {
    const { page, word, at } = await open();
    const second = await page.context().newPage();
    await second.goto(page.url());
    await heading(second, 'Harbour Books');
    await online.partner.updateAccount({
      ...at,
      account_status: 0,
      status_reason: 'Unpaid since May',
    });
    for (const tab of [page, second]) {
      await tab.getByText(word('disabled.title')).waitFor();
      await tab.getByText('Unpaid since May').first().waitFor();
    }
    await page.close();
    await online.partner.updateAccount({ ...at, account_status: 1 });
    await second.getByText(word('disabled.title')).waitFor({ state: 'detached' });
    await online.partner.deleteAccount({ accountID: at.account_id, server });
    await heading(second, word('console.account.noneTitle'));
    await look(second, 'en/none');
  });

  test('lets a viewer look and change nothing', async () => {
    const { page, word } = await open({}, 'viewer');
    await page
      .getByText(word('console.account.readOnly', { role: word('memberRole.viewer') }))
      .waitFor();
    assert.equal(await page.getByRole('main').locator('input').count(), 0);
    for (const key of ['switchOff.submit', 'loginAs.open'])
      assert.equal(await page.getByText(word(`console.account.${key}`)).count(), 0);
    await look(page, 'en/viewer');
  });

  for (const language of LANGUAGES)
    test(`says of a held account whom to ask, and offers no way back (${language})`, async () => {
      const { page, word, at } = await open({ language, theme: 'dark', width: 320 });
      await online.service.operator.holdAccount({
        ...at,
        reason: 'Spam was sent from it',
      } as never);
      await page.getByText(word('console.account.held.ask')).waitFor();
      await page.getByText('Spam was sent from it').first().waitFor();
      assert.equal(await page.getByText(word('console.account.switchOn')).count(), 0);
      await look(page, `${language}/held`);
    });

  test('opens the account as an agent in a tab of its own, after a warning', async () => {
    const { page, word, account } = await open({}, 'operator');
    await page.getByRole('button', { name: 'Log in as' }).click();
    await page.getByText(word('console.account.loginAs.warning')).waitFor();
    await look(page, 'en/login-as');
    const opening = page.context().waitForEvent('page');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: word('console.account.loginAs.submit') })
      .click();
    const tab = await opening;
    await tab.waitForURL(`**/accounts/${account.account_id}/workflow-builder`);
    await tab.getByText(word('frame.byLink')).waitFor();
    assert.equal(await tab.evaluate('window.opener'), null);
    await page.getByText(word('console.account.signedIn.people_one')).waitFor();
  });

  for (const language of LANGUAGES)
    test(`offers the account as a link where the browser blocks the tab (${language})`, async () => {
      const { page, word, account } = await open({ language }, 'operator');
      await page.evaluate('window.open = () => null');
      await page
        .getByRole('button', { name: word('console.account.loginAs.open') })
        .first()
        .click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: word('console.account.loginAs.submit') }).click();
      await dialog.getByText(word('console.account.loginAs.blocked')).waitFor();
      await look(page, `${language}/login-as-blocked`);
      const opening = page.context().waitForEvent('page');
      const link = dialog.getByRole('link', { name: word('console.account.loginAs.go') });
      assert.equal(await link.and(page.locator(':focus')).count(), 1);
      await page.keyboard.press('Enter');
      const tab = await opening;
      await tab.waitForURL(`**/accounts/${account.account_id}/workflow-builder`);
      assert.equal(await tab.evaluate('window.opener'), null);
      await dialog.waitFor({ state: 'detached' });
    });

  test('says what failed with the number of the request, and tries again', async () => {
    const { page, word, account } = await open();
    allowTrouble(page, /500/);
    const fail = (path: string) =>
      page.route(`**/${path}?*`, (route) => route.fulfill({ status: 500, json: FAILED }));
    await fail('getSignedIn');
    await fail('getAccount');
    await page.reload();
    await page
      .getByRole('heading', { level: 1, name: `${server} · ${account.account_id}` })
      .waitFor();
    await page.getByText(FAILED.request_id).waitFor();
    await look(page, 'en/failed');
    await page.unroute('**/getAccount?*');
    await button(page, word('common.tryAgain')).click();
    await heading(page, 'Harbour Books');
    // A part that fails leaves the others whole.
    await page.getByText(FAILED.request_id).waitFor();
    await page.getByText(word('event.account_created')).waitFor();
    await look(page, 'en/part-failed');
    await page.unroute('**/getSignedIn?*');
    await button(page, word('common.tryAgain')).click();
    await page.getByText(word('console.account.signedIn.none')).waitFor();
  });

  test('switches it off by keyboard alone, also where the numbers could not be had', async () => {
    const { page, word, at } = await open();
    allowTrouble(page, /503/);
    await page.route('**/updateAccounts', (route) => route.fulfill({ status: 503 }));
    await button(page, word('console.account.switchOff.submit')).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText(word('console.account.switchOff.sentence')).waitFor();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByText(word('console.account.receipt.off')).waitFor();
    const { list } = await online.partner.getActivity(at);
    assert.equal(list[0]?.status_reason, 'On request');
  });

  test('deletes it once its name is typed', async () => {
    const { page, word, at } = await open();
    await page.getByRole('button', { name: 'Actions' }).click();
    await page.getByRole('menuitem', { name: word('console.account.delete.open') }).waitFor();
    await look(page, 'en/menu');
    await page.getByRole('menuitem', { name: word('console.account.delete.open') }).click();
    const dialog = page.getByRole('dialog');
    const submit = dialog.getByRole('button', { name: word('console.account.delete.submit') });
    assert.ok(await submit.isDisabled());
    await dialog.getByRole('textbox').fill('Harbour Books');
    await look(page, 'en/delete');
    await submit.click();
    await page.waitForURL('**/accounts');
    await page.getByText('is deleted').waitFor();
    await assert.rejects(online.partner.getAccount(at), { reason: 'account_not_found' });
  });

  for (const language of LANGUAGES)
    for (const theme of ['light', 'dark'] as const)
      test(`holds at every width, however long its name and its link (${language}, ${theme})`, async () => {
        const { page, word, at } = await open({ language, theme }, 'administrator', {
          account_name: LONG_NAME,
          reference: 'R'.repeat(50),
        });
        await online.partner.updateAccount({ ...at, builder_url: LONG_URL });
        await page.getByRole('insertion').getByText(LONG_URL).waitFor();
        for (const width of theme === 'light' ? [1440, 375] : [1024, 320]) {
          await page.setViewportSize({ width, height: 800 });
          await look(page, `${language}-${theme}/${width}`);
        }
        await button(page, word('console.account.switchOff.submit')).click();
        await look(page, `${language}-${theme}/switch-off`);
      });
});
