import { before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { allowTrouble, openBrowser, type TestBrowser } from './browser.ts';
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
// As long as they may be, in both scripts, with nothing to break them at.
const LONG_NAME = `${'חברת השליחויות של Tel-Aviv '.repeat(3)}${'W'.repeat(19)}`;
const LONG_URL = `https://builder.example.com/${'long-path-'.repeat(12)}`;

type Look = { language: Language; theme: 'light' | 'dark' };
/** What is on the page when it can be looked at: a heading, or text. */
type Seen = (page: Page, word: Word) => Promise<unknown>;

const heading =
  (key: string): Seen =>
  (page, word) =>
    page.getByRole('heading', { name: word(key), level: 1 }).waitFor();

describe('every page, in both languages, light and dark, wide and narrow', () => {
  let browser: TestBrowser;
  let online: Online;
  let account: TestAccount;
  let small: TestAccount;
  let off: TestAccount;

  before(async () => {
    online = await startOnline();
    browser = await openBrowser();
    account = await newAccount(online, { account_name: LONG_NAME, agents: 12 });
    const { account_id } = account;
    await online.partner.updateAccount({ account_id, server, builder_url: LONG_URL });
    small = await newAccount(online, { admin_email: account.email, account_name: 'Small' });
    off = await newAccount(online, { account_name: LONG_NAME });
    await online.partner.updateAccount({
      account_id: off.account_id,
      server,
      account_status: 0,
    });
  });

  /** Looks at a page at both widths. */
  async function look(page: Page, word: Word, name: string, seen: Seen, look: Look) {
    const at = `${look.language}-${look.theme}/${name}`;
    await seen(page, word);
    // Each theme in both directions; one wide, the other narrow, since colours know no width.
    if (look.theme === 'light') await assertNoAxeViolations(page, at);
    await assertNotBlank(page, at, await shot(page, `pages/${at}-1200`));
    await page.setViewportSize({ width: 320, height: 720 });
    await assertNoSidewaysScroll(page, `${at} at 320 px`);
    if (look.theme === 'dark') await assertNoAxeViolations(page, `${at} at 320 px`);
    await shot(page, `pages/${at}-320`);
    await page.setViewportSize({ width: 1200, height: 800 });
  }

  for (const language of LANGUAGES)
    for (const theme of ['light', 'dark'] as const) {
      const how = { language, theme };
      const word = wordsOf(language);
      const open = async () => {
        const page = await browser.newPage({ ...how, baseUrl: online.address });
        allowTrouble(page, /40[134]|410/);
        return page;
      };

      test(`that needs nobody signed in (${language}, ${theme})`, async () => {
        const page = await open();
        const pages: [path: string, name: string, seen: Seen][] = [
          ['/sign-in', 'sign-in', heading('signIn.title')],
          ['/forgot-password', 'forgot-password', heading('forgot.title')],
          ['/reset-password?token=x', 'reset-password', heading('reset.title')],
          [
            '/invitation?token=x',
            'invitation-over',
            (p, w) => p.getByText(w('failure.link_over')).waitFor(),
          ],
          ['/nowhere', 'not-found', heading('notFound.title')],
        ];
        for (const [path, name, seen] of pages) {
          await page.goto(path);
          await look(page, word, name, seen, how);
        }
        await page.goto('/sign-in');
        await signIn(page, word, { ...account, password: 'Wrong-Horse1' });
        await look(
          page,
          word,
          'sign-in-wrong',
          () => page.getByText(word('failure.wrong_credentials')).waitFor(),
          how,
        );
        await signIn(page, word, off);
        await look(page, word, 'disabled', heading('disabled.title'), how);
      });

      test(`of an account, and of the person (${language}, ${theme})`, async () => {
        const page = await open();
        await page.goto('/sign-in');
        await signIn(page, word, account);
        await look(page, word, 'accounts', heading('accounts.title'), how);
        const within = `/accounts/${account.account_id}`;
        const pages: [path: string, name: string, seen: Seen][] = [
          [`${within}/workflow-builder`, 'builder', heading('builder.title')],
          [
            `/accounts/${small.account_id}/workflow-builder`,
            'builder-none',
            (p, w) => p.getByText(w('builder.none')).waitFor(),
          ],
          [
            `${within}/settings`,
            'settings',
            (p, w) => p.getByRole('button', { name: w('settings.save') }).waitFor(),
          ],
          [`${within}/agents`, 'agents', (p) => p.getByText(account.email).waitFor()],
          [
            `${within}/activity`,
            'activity',
            (p, w) => p.getByText(w('event.account_created')).waitFor(),
          ],
          ['/profile', 'profile', (p, w) => p.getByText(w('devices.current')).waitFor()],
          ['/accounts/999', 'account-not-found', heading('notFound.title')],
        ];
        for (const [path, name, seen] of pages) {
          await page.goto(path);
          await look(page, word, name, seen, how);
        }
        await page.goto(`${within}/agents`);
        await page.getByRole('button', { name: word('agents.invite') }).click();
        await look(page, word, 'agents-invite', () => page.getByRole('dialog').waitFor(), how);
      });
    }
});
