import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { AccountsOfPerson } from '@switchboard/contract';
import type { Page } from 'playwright-core';
import { openBrowser, type TestBrowser } from './browser.ts';
import {
  callFrom,
  LANGUAGES,
  linkTo,
  newAccount,
  type Online,
  resetLinkTo,
  signIn,
  startOnline,
  wordsOf,
} from './online.ts';

const PASSWORD = 'Other-Horse2';

describe('the first proof of an address, in the browser', () => {
  let browser: TestBrowser;
  let online: Online;
  let other: Online;
  before(async () => {
    online = await startOnline();
    other = { ...online, partner: await online.service.newPartner() };
    browser = await openBrowser();
  });

  const ticked = (page: Page, name: string) =>
    page.getByRole('checkbox', { name, exact: true }).isChecked();
  const untick = (page: Page, name: string) =>
    page.getByRole('checkbox', { name, exact: true }).uncheck();
  const openAccounts = async (page: Page): Promise<string[]> => {
    const { accounts } = await callFrom<AccountsOfPerson>(page, '/api/workspace');
    return accounts.map(({ account_name }) => account_name);
  };

  for (const language of LANGUAGES) {
    const word = wordsOf(language);

    test(`leaves waiting what is not ticked where a new password is set (${language})`, async () => {
      const mine = await newAccount(online, { account_name: 'Mine' });
      await newAccount(online, { admin_email: mine.email, account_name: 'Planted' });
      const page = await browser.newPage({ language, baseUrl: online.address });
      await page.goto((await resetLinkTo(online, page, mine.email)).href);
      await page.getByText(word('opened.sentence')).waitFor();
      for (const name of ['Mine', 'Planted']) assert.ok(await ticked(page, name), name);
      await untick(page, 'Planted');
      await page.getByLabel(word('password.new'), { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: word('reset.submit') }).click();
      await page.getByText(word('note.password_set')).waitFor();
      await signIn(page, word, { ...mine, password: PASSWORD });
      await page.waitForURL(`**/accounts/${mine.account_id}/workflow-builder`);
      assert.deepEqual(await openAccounts(page), ['Mine']);
    });

    test(`leaves waiting what is not ticked where an invitation is accepted (${language})`, async () => {
      const planted = await newAccount(online, { account_name: 'Planted' });
      await newAccount(online, { admin_email: planted.email, account_name: 'Kept' });
      const invited = await newAccount(other, {
        admin_email: planted.email,
        account_name: 'Invited',
      });
      const page = await browser.newPage({ language, baseUrl: online.address });
      await page.goto((await linkTo(online, planted.email)).href);
      await page.getByText(word('opened.sentence')).waitFor();
      await untick(page, 'Planted');
      await page.getByLabel(word('password.new'), { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: word('invitation.submit') }).click();
      await page.waitForURL(`**/accounts/${invited.account_id}/**`);
      assert.deepEqual((await openAccounts(page)).sort(), ['Invited', 'Kept']);
    });

    test(`asks nothing once the address is proved (${language})`, async () => {
      const { email } = await newAccount(online, { account_name: 'Mine' });
      const page = await browser.newPage({ language, baseUrl: online.address });
      for (const proved of [false, true]) {
        await page.goto((await resetLinkTo(online, page, email)).href);
        await page.getByLabel(word('password.new'), { exact: true }).fill(PASSWORD);
        assert.equal(await page.getByRole('checkbox').count(), proved ? 0 : 1);
        await page.getByRole('button', { name: word('reset.submit') }).click();
        await page.getByText(word('note.password_set')).waitFor();
      }
    });
  }
});
