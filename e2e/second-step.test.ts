import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { pageCalls } from '@switchboard/contract';
import { generateSync } from 'otplib';
import type { Page } from 'playwright-core';
import { allowTrouble, openBrowser, type TestBrowser } from './browser.ts';
import { assertNoAxeViolations, assertNoSidewaysScroll, shot } from './checks.ts';
import {
  callFrom,
  codeTo,
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
const WRONG = '000000';
const TRIES = 5;

describe('the second step of signing in, in the browser', () => {
  let browser: TestBrowser;
  let online: Online;
  let people = 0;
  before(async () => {
    online = await startOnline();
    browser = await openBrowser();
  });

  const newCoded = async () => {
    const codes = `codes-${++people}@example.com`;
    const account = await newAccount(online, { admin_2fa: 1, admin_2fa_value: codes });
    return { ...account, codes };
  };
  const open = async (language: Language, theme: 'light' | 'dark' = 'light') => {
    const page = await browser.newPage({ language, theme, width: 320, baseUrl: online.address });
    allowTrouble(page, /40[0134]/);
    await page.goto('/sign-in');
    return page;
  };
  const set = ({ account_id }: TestAccount, ...statuses: (0 | 1)[]) =>
    statuses.reduce<Promise<unknown>>(
      (before, account_status) =>
        before.then(() => online.partner.updateAccount({ account_id, server, account_status })),
      Promise.resolve(),
    );
  const enterCode = async (page: Page, word: Word, code: string) => {
    await page.getByLabel(word('common.code'), { exact: true }).fill(code);
    const answered = page.waitForResponse(/verify-/);
    await page.getByRole('button', { name: word('signIn.submit'), exact: true }).click();
    await answered;
  };
  const beginsAnew = async (page: Page, word: Word, { email }: TestAccount) => {
    await page.waitForURL('**/sign-in');
    await page.getByText(word('note.sign_in_again')).waitFor();
    const typed = page.getByLabel(word('common.email'), { exact: true });
    assert.equal(await typed.inputValue(), email);
  };
  const isIn = (page: Page, { account_id }: TestAccount) =>
    page.waitForURL(`**/accounts/${account_id}/workflow-builder`);

  for (const language of LANGUAGES) {
    const word = wordsOf(language);

    test(`begins anew by itself when the account was off meanwhile (${language})`, async () => {
      const account = await newCoded();
      const page = await open(language);
      await signIn(page, word, account);
      const code = await codeTo(online, account.codes);
      await set(account, 0, 1);
      await enterCode(page, word, code);
      await beginsAnew(page, word, account);
      await assertNoAxeViolations(page, 'signing in again');
      await shot(page, `second-step/${language}/again`);

      // The same, found out by the mailing of the code, before there is a second step to see.
      await page.route('**/send-otp', async (route) => {
        await set(account, 0, 1);
        await route.continue();
      });
      // Without the note of before (a page keeps it when its own address is asked for again): when
      // it is there, the page has begun anew.
      await page.goto('about:blank');
      await page.goto('/sign-in');
      await page.getByLabel(word('common.email'), { exact: true }).waitFor();
      assert.equal(await page.getByText(word('note.sign_in_again')).count(), 0);
      await signIn(page, word, account);
      await beginsAnew(page, word, account);
      await page.unroute('**/send-otp');
      await signIn(page, word, account);
      await enterCode(page, word, await codeTo(online, account.codes));
      await isIn(page, account);
    });

    test(`says that the account is disabled, whichever call finds it out (${language})`, async () => {
      const disabled = (page: Page) =>
        page.getByRole('heading', { name: word('disabled.title') }).waitFor();
      for (const how of ['code', 'mail'] as const) {
        const account = await newCoded();
        const page = await open(language);
        await signIn(page, word, account);
        const code = await codeTo(online, account.codes);
        await set(account, 0);
        if (how === 'code') await enterCode(page, word, code);
        else await page.getByRole('button', { name: word('factor.sendNew') }).click();
        await disabled(page);
        await page.getByText('Acme Help Desk').waitFor();
        await page.getByRole('button', { name: word('disabled.backToSignIn') }).click();
        await page.waitForURL('**/sign-in');
        await signIn(page, word, account);
        await disabled(page);
      }
    });

    test(`offers a new code by mail after too many wrong ones (${language})`, async () => {
      const account = await newCoded();
      const page = await open(language, 'dark');
      await signIn(page, word, account);
      assert.notEqual(await codeTo(online, account.codes), WRONG);
      for (let tries = 0; tries <= TRIES; tries += 1) await enterCode(page, word, WRONG);
      await page.getByText(word('failure.code_expired')).waitFor();
      await assertNoAxeViolations(page, 'too many wrong codes of a mail');
      await assertNoSidewaysScroll(page, 'too many wrong codes of a mail');
      await shot(page, `second-step/${language}/spent-mail`);
      await page.getByRole('button', { name: word('factor.sendNew') }).click();
      await page.getByText(word('factor.sent')).waitFor();
      await enterCode(page, word, await codeTo(online, account.codes));
      await isIn(page, account);
    });

    test(`leads back to signing in after too many wrong codes of an app (${language})`, async () => {
      const account = await newAccount(online);
      const page = await open(language);
      await signIn(page, word, account);
      await isIn(page, account);
      const { enableFactor, verifyAppCode, signOut } = pageCalls;
      const { password } = account;
      const { totpURI } = await callFrom<{ totpURI: string }>(page, enableFactor.path, {
        password,
      });
      const secret = new URL(totpURI).searchParams.get('secret') ?? '';
      await callFrom(page, verifyAppCode.path, { code: generateSync({ secret }) });
      await callFrom(page, signOut.path, {});

      await page.goto('/sign-in');
      await signIn(page, word, account);
      for (let tries = 0; tries <= TRIES; tries += 1) await enterCode(page, word, WRONG);
      await page.getByText(word('failure.code_expired')).waitFor();
      await assertNoAxeViolations(page, 'too many wrong codes of an app');
      await shot(page, `second-step/${language}/spent-app`);
      await page.getByRole('button', { name: word('disabled.backToSignIn') }).click();
      await page.waitForURL('**/sign-in');
      await signIn(page, word, account);
      await enterCode(page, word, generateSync({ secret }));
      await isIn(page, account);
    });
  }
});
