import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { allowTrouble, openBrowser, type TestBrowser } from './browser.ts';
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

describe('inside an account, in the browser', () => {
  let browser: TestBrowser;
  let online: Online;
  before(async () => {
    online = await startOnline();
    browser = await openBrowser();
  });

  async function inside(language: (typeof LANGUAGES)[number], width = 1200) {
    const word = wordsOf(language);
    const account = await newAccount(online, { admin_name: 'Dana Levi' });
    const page = await browser.newPage({ language, width, baseUrl: online.address });
    await page.goto('/sign-in');
    await signIn(page, word, account);
    await page.waitForURL('**/workflow-builder');
    return { ...account, word, page, within: `/accounts/${account.account_id}` };
  }
  const inMenu = (page: Page) => page.evaluate('document.activeElement.closest("#menu") !== null');

  for (const language of LANGUAGES)
    for (const width of [1200, 375])
      test(`says who I am, and has language, colours and sign-out in the menu there, by keyboard (${language}, ${width} px)`, async () => {
        const { word, page, email } = await inside(language, width);
        // What was asked while signing out is answered so.
        allowTrouble(page, /401/);
        const opener = page.getByRole('button', { name: word('frame.menu') });
        const role = page.getByText(word('role.administrator'), { exact: true });
        if (width > 640)
          for (const said of [page.getByText('Dana Levi'), page.getByText(email), role])
            await said.first().waitFor();
        await opener.press('Enter');
        const menu = page.locator('#menu');
        await menu.getByRole('link', { name: word('profile.title') }).waitFor();
        if (width < 640)
          for (const said of ['Dana Levi', email, word('role.administrator')])
            await menu.getByText(said, { exact: true }).waitFor();
        await assertNoAxeViolations(page, `menu ${language} ${width}`);
        await assertNoSidewaysScroll(page, `menu ${language} ${width}`);
        await shot(page, `inside/${language}/menu-${width}`);
        await page.keyboard.press('Tab');
        assert.ok(await inMenu(page), 'the next stop is in the menu');
        await page.keyboard.press('Escape');
        await menu.waitFor({ state: 'hidden' });

        await opener.press('Enter');
        await menu.getByRole('button', { name: word('theme.dark') }).press('Enter');
        await page.locator(':root[data-mantine-color-scheme="dark"]').waitFor();
        const other = language === 'en' ? 'he' : 'en';
        await menu.getByRole('button', { name: word(`language.${other}`) }).press('Enter');
        await page.locator(`:root[lang="${other}"]`).waitFor();
        const signOut = menu.getByRole('button', { name: wordsOf(other)('signOut') });
        await signOut.press('Enter');
        await page.waitForURL('**/sign-in');
      });

  test('shows activity by day, narrowed to a kind and a person as the address says', async () => {
    const { account_id, word, page, within } = await inside('en');
    await online.partner.updateAccount({ account_id, server, account_name: 'Bakery' });
    await page.goto(`${within}/activity`);
    await page.getByRole('heading', { name: word('activity.today'), level: 2 }).waitFor();
    const signedIn = page.getByText(word('event.agent_signed_in'), { exact: true });
    await signedIn.waitFor();
    await page.getByText(`Dana Levi · ${word('role.administrator')}`).waitFor();
    await page.getByRole('link', { name: word('activity.kind.account'), exact: true }).click();
    await signedIn.waitFor({ state: 'detached' });
    await page.getByText(word('event.account_updated')).waitFor();
    const person = page.getByLabel(word('activity.person'));
    await person.selectOption({ label: 'Dana Levi' });
    await page.getByText(word('activity.noneOfThese')).waitFor();
    assert.equal(new URL(page.url()).search, '?kind=account&person=1');
    await page.reload();
    await page.getByText(word('activity.noneOfThese')).waitFor();
    assert.equal(await person.inputValue(), '1');
    await page.getByRole('link', { name: word('activity.showAll') }).click();
    await signedIn.waitFor();
    assert.equal(new URL(page.url()).search, '');
  });

  test('offers neither removal nor another role for the only administrator, and says why', async () => {
    const { account_id, word, page, within } = await inside('en');
    const { email } = await newAccount(online, { admin_name: 'Noa Cohen' });
    await page.goto(`${within}/agents`);
    await page.getByText(word('agents.onlyAdministrator')).waitFor();
    assert.equal(await page.getByRole('button', { name: word('agents.remove') }).count(), 0);
    assert.equal(await page.getByRole('combobox').count(), 0);
    // Somebody of the same partner is open at once.
    const noa = { email, name: 'Noa', role: 'administrator' };
    await callFrom(page, `/api/workspace/${account_id}/agents`, noa);
    await page.reload();
    await page
      .getByRole('button', { name: word('agents.remove') })
      .nth(1)
      .waitFor();
    assert.equal(await page.getByRole('combobox').count(), 2);
    assert.equal(await page.getByText(word('agents.onlyAdministrator')).count(), 0);
  });
});
