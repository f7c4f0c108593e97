import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { generateSync } from 'otplib';
import type { Page } from 'playwright-core';
import { allowTrouble, openBrowser, type TestBrowser } from './browser.ts';
import { shot } from './checks.ts';
import {
  codeTo,
  LANGUAGES,
  linkTo,
  newAccount,
  type Online,
  signIn,
  startOnline,
  type TestAccount,
  type Word,
  wordsOf,
} from './online.ts';

const NEW_PASSWORD = 'Other-Horse2';

describe('signing in, in the browser', () => {
  let browser: TestBrowser;
  let online: Online;
  before(async () => {
    online = await startOnline();
    browser = await openBrowser();
  });

  const isIn = (page: Page, { account_id }: TestAccount) =>
    page.waitForURL(`**/accounts/${account_id}/workflow-builder`);
  const signOut = async (page: Page, word: Word) => {
    await page.getByRole('button', { name: word('frame.menu') }).click();
    await page.getByRole('button', { name: word('signOut') }).click();
    await page.waitForURL('**/sign-in');
  };
  const enterCode = async (page: Page, word: Word, code: string, label = 'common.code') => {
    await page.getByLabel(word(label), { exact: true }).fill(code);
    await page.getByRole('button', { name: word('signIn.submit'), exact: true }).click();
  };

  for (const language of LANGUAGES) {
    test(`asks an account's administrator for the code by e-mail when it was made so (${language})`, async () => {
      const word = wordsOf(language);
      const codes = `codes-${language}@example.com`;
      const account = await newAccount(online, { admin_2fa: 1, admin_2fa_value: codes });
      const page = await browser.newPage({ language, baseUrl: online.address });
      allowTrouble(page, /401/);
      await page.goto('/sign-in');
      await signIn(page, word, account);
      await page.getByRole('heading', { name: word('factor.title') }).waitFor();
      await shot(page, `factor/${language}/mail`);
      const code = await codeTo(online, codes);
      await enterCode(page, word, code === '000000' ? '111111' : '000000');
      await page.getByText(word('failure.wrong_code')).waitFor();
      await enterCode(page, word, code);
      await isIn(page, account);
    });

    test(`sets a new password through the mailed link, which works once (${language})`, async () => {
      const word = wordsOf(language);
      const account = await newAccount(online);
      const page = await browser.newPage({ language, baseUrl: online.address });
      allowTrouble(page, /401|410|422/);
      await page.goto('/sign-in');
      await page.getByRole('link', { name: word('signIn.forgot') }).click();
      const submit = page.getByRole('button', { name: word('forgot.submit') });
      // The sign-in page has a field of that name, too.
      await submit.waitFor();
      await page.getByLabel(word('common.email'), { exact: true }).fill(account.email);
      await submit.click();
      await page.getByText(word('forgot.sent')).waitFor();
      const { href: link } = await linkTo(online, account.email);
      assert.ok(link.startsWith(`${online.address}/reset-password?token=`), link);
      await page.goto(link);
      await shot(page, `reset/${language}`);
      const setPassword = async (password: string) => {
        await page.getByLabel(word('password.new'), { exact: true }).fill(password);
        await page.getByRole('button', { name: word('reset.submit') }).click();
      };
      for (const refused of ['Seven77', 'password123']) {
        await setPassword(refused);
        await page.getByText(word('failure.password_invalid')).waitFor();
      }
      await shot(page, `reset/${language}-refused`);
      await setPassword(NEW_PASSWORD);
      await page.getByText(word('note.password_set')).waitFor();
      const typed = page.getByLabel(word('common.email'), { exact: true });
      assert.equal(await typed.inputValue(), account.email);
      await signIn(page, word, account);
      await page.getByText(word('failure.wrong_credentials')).waitFor();
      await signIn(page, word, { ...account, password: NEW_PASSWORD });
      await isIn(page, account);
      await page.goto(link);
      await page.getByText(word('failure.link_over')).waitFor();
    });

    test(`sets up an authenticator app, then takes its codes and a backup code once (${language})`, async () => {
      const word = wordsOf(language);
      const account = await newAccount(online);
      const page = await browser.newPage({ language, baseUrl: online.address });
      allowTrouble(page, /401/);
      await page.goto('/sign-in');
      await signIn(page, word, account);
      await isIn(page, account);
      await page.getByRole('button', { name: word('frame.menu') }).click();
      await page.getByRole('link', { name: word('profile.title') }).click();
      assert.ok(await page.getByLabel(word('password.others')).isChecked());
      await page.getByRole('button', { name: word('secondFactor.app') }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(word('password.current'), { exact: true }).fill(account.password);
      await dialog.getByRole('button', { name: word('secondFactor.app') }).click();
      await dialog.getByRole('img', { name: word('secondFactor.qr') }).waitFor();
      await shot(page, `factor/${language}/app`);
      const text = (await dialog.textContent()) ?? '';
      const key = /([A-Z2-7]{4} ){12}[A-Z2-7]{4}/.exec(text)?.[0] ?? assert.fail(text);
      const secret = key.replaceAll(' ', '');
      await dialog.getByLabel(word('common.code'), { exact: true }).fill(generateSync({ secret }));
      await dialog.getByRole('button', { name: word('secondFactor.confirm') }).click();
      await dialog.getByText(word('backupCodes.once')).waitFor();
      await shot(page, `factor/${language}/backup-codes`);
      const backup = (await dialog.getByRole('listitem').first().textContent()) ?? assert.fail();
      await dialog.getByRole('button', { name: word('backupCodes.kept') }).click();

      await signOut(page, word);
      await signIn(page, word, account);
      await page.getByText(word('factor.app')).waitFor();
      await enterCode(page, word, generateSync({ secret }));
      await isIn(page, account);

      for (const works of [true, false]) {
        await signOut(page, word);
        await signIn(page, word, account);
        await page.getByRole('button', { name: word('factor.useBackup') }).click();
        await enterCode(page, word, backup, 'factor.backupLabel');
        if (works) await isIn(page, account);
        else await page.getByText(word('failure.wrong_code')).waitFor();
        if (!works) break;
      }
    });

    test(`invites an agent, who sets a password and enters (${language})`, async () => {
      const word = wordsOf(language);
      const account = await newAccount(online);
      const email = `noa-${language}@example.com`;
      const page = await browser.newPage({ language, baseUrl: online.address });
      await page.goto('/sign-in');
      await signIn(page, word, account);
      await page.getByRole('link', { name: word('agents.title') }).click();
      await page.getByRole('button', { name: word('agents.invite') }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(word('common.email'), { exact: true }).fill(email);
      await dialog.getByLabel(word('common.name'), { exact: true }).fill('נועה Levi');
      await shot(page, `invitation/${language}/1-dialog`);
      await dialog.getByRole('button', { name: word('agents.sendInvitation') }).click();
      await page.getByText(word('agents.waiting'), { exact: true }).waitFor();
      await shot(page, `invitation/${language}/2-waiting`);

      const { href: link } = await linkTo(online, email);
      const theirs = await browser.newPage({ language, baseUrl: online.address });
      await theirs.goto(link);
      await theirs.getByRole('heading', { name: word('invitation.title') }).waitFor();
      await theirs.getByLabel(word('password.new'), { exact: true }).fill(NEW_PASSWORD);
      await shot(theirs, `invitation/${language}/3-accept`);
      await theirs.getByRole('button', { name: word('invitation.submit') }).click();
      await isIn(theirs, account);

      // A second visit to the link is told that it is over.
      allowTrouble(theirs, /410/);
      await theirs.goto(link);
      await theirs.getByText(word('failure.link_over')).waitFor();
    });
  }
});
