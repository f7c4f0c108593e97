import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { allowTrouble, openBrowser, type TestBrowser } from './browser.ts';
import { shot } from './checks.ts';
import { LANGUAGES, newAccount, type Online, signIn, startOnline, wordsOf } from './online.ts';

const server = 'online';
const builder_url = 'https://builder.example.com/login';

describe('switching an account off and on, in the browser', () => {
  let browser: TestBrowser;
  let online: Online;
  before(async () => {
    online = await startOnline();
    browser = await openBrowser();
  });

  for (const language of LANGUAGES)
    test(`turns the open tab into the disabled page, refuses a sign-in and lets in again (${language})`, async (t) => {
      const word = wordsOf(language);
      const account = await newAccount(online);
      const { account_id } = account;
      const set = (change: object) =>
        online.partner.updateAccount({ account_id, server, ...change });
      const page = await browser.newPage({ language, baseUrl: online.address });
      allowTrouble(page, /401|403/);

      await page.goto('/');
      await signIn(page, word, account);
      await page.waitForURL(`**/accounts/${account_id}/workflow-builder`);
      await page.getByText(word('builder.none')).waitFor();

      // The link that the partner sets appears in the open page.
      await set({ builder_url });
      const open = page.getByRole('link', { name: word('builder.open') });
      await open.waitFor();
      assert.equal(await open.getAttribute('href'), builder_url);
      assert.equal(await open.getAttribute('target'), '_blank');
      assert.equal(await open.getAttribute('rel'), 'noopener noreferrer');
      await shot(page, `journey/${language}/1-builder`);

      const answered = await set({ account_status: 0 }).then(() => performance.now());
      await page.getByRole('heading', { name: word('disabled.title') }).waitFor();
      t.diagnostic(
        `disabled page ${Math.round(performance.now() - answered)} ms after the answer (${language})`,
      );
      await page.getByText('Acme Help Desk').waitFor();
      await shot(page, `journey/${language}/2-disabled`);

      // Left open, the page finds out by itself that the account is on again.
      const left = await page.context().newPage();
      await left.goto(`/accounts/${account_id}/settings`);
      await left.getByRole('heading', { name: word('disabled.title') }).waitFor();

      // Signing in again is refused with the right words; a wrong password is told nothing.
      await page.goto('/sign-in');
      await signIn(page, word, { ...account, password: 'Wrong-Horse1' });
      await page.getByText(word('failure.wrong_credentials')).waitFor();
      await signIn(page, word, account);
      await page.getByRole('heading', { name: word('disabled.title') }).waitFor();
      await page.getByText(word('disabled.sentence')).waitFor();
      await shot(page, `journey/${language}/3-refused`);

      await set({ account_status: 1 });
      await left.bringToFront();
      await left.getByText(word('note.sign_in_again')).waitFor();
      await signIn(left, word, account);
      await left.waitForURL(`**/accounts/${account_id}/settings`);
      await page.goto('/');
      await open.waitFor();
    });

  test('turns every tab, also more of them than a browser opens connections', async () => {
    const word = wordsOf('en');
    const account = await newAccount(online);
    const { account_id } = account;
    const first = await browser.newPage({ baseUrl: online.address });
    allowTrouble(first, /403/);
    await first.goto('/sign-in');
    await signIn(first, word, account);
    await first.waitForURL('**/workflow-builder');
    const tabs = [first];
    while (tabs.length < 8) {
      const tab = await first.context().newPage();
      tabs.push(tab);
      await tab.goto(`/accounts/${account_id}/workflow-builder`);
      await tab.getByText(word('builder.none')).waitFor();
    }
    // The tab that reads the stream goes; another one takes over.
    await tabs.shift()?.close();
    await online.partner.updateAccount({ account_id, server, builder_url });
    for (const tab of tabs)
      await tab.getByRole('link', { name: word('builder.open') }).waitFor({ state: 'attached' });
    await online.partner.updateAccount({ account_id, server, account_status: 0 });
    for (const tab of tabs)
      await tab.getByRole('heading', { name: word('disabled.title') }).waitFor();
  });

  test('leaves the other account of the same person open', async () => {
    const word = wordsOf('en');
    const account = await newAccount(online);
    const other = await newAccount(online, {
      admin_email: account.email,
      account_name: 'The other account',
    });
    const page = await browser.newPage({ baseUrl: online.address });
    await page.goto('/sign-in');
    await signIn(page, word, account);
    await page.getByRole('heading', { name: word('accounts.title') }).waitFor();
    await shot(page, 'journey/en/choose-account');
    await page.getByRole('link', { name: /The other account/ }).click();
    await page.waitForURL(`**/accounts/${other.account_id}/**`);
    await online.partner.updateAccount({
      account_id: account.account_id,
      server,
      account_status: 0,
    });
    await online.partner.updateAccount({ account_id: other.account_id, server, builder_url });
    await page.getByRole('link', { name: word('builder.open') }).waitFor();
  });
});
