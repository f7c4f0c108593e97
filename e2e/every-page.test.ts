import { before, describe, test } from 'node:test';
import { openMember } from '@switchboard/server/testing';
import type { Page } from 'playwright-core';
import { allowTrouble, openBrowser, type TestBrowser } from './browser.ts';
import { assertNoAxeViolations, assertNoSidewaysScroll, assertNotBlank, shot } from './checks.ts';
import {
  LANGUAGES,
  type Language,
  linkTo,
  newAccount,
  type Online,
  resetLinkTo,
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

describe('every page, in both languages, light and wide, dark and narrow', () => {
  let browser: TestBrowser;
  let online: Online;
  let account: TestAccount;
  let small: TestAccount;
  let off: TestAccount;
  let coded: TestAccount;
  let invitation: string;
  let reset: string;

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
    coded = await newAccount(online, { admin_2fa: 1, admin_2fa_value: 'codes@example.com' });
    await openMore(coded.email);
    // Another partner names the same person, who then waits.
    const other = { ...online, partner: await online.service.newPartner() };
    await newAccount(other, { admin_email: coded.email, account_name: LONG_NAME });
    invitation = pathOf(await linkTo(online, coded.email));
    const asker = await browser.newPage({ baseUrl: online.address });
    reset = pathOf(await resetLinkTo(online, asker, coded.email));
  });

  const pathOf = ({ pathname, search }: URL) => pathname + search;

  /** Memberships of somebody who never proved the address: short and long names, and a partner. */
  async function openMore(email: string) {
    for (const account_name of [LONG_NAME, 'חנות הספרים', 'Harbour Books', 'ספרי הנמל (Haifa)'])
      await newAccount(online, { admin_email: email, account_name });
    await openMember(online.service, online.partner, email);
  }

  // Each theme in both directions, one wide and the other narrow: colours know no width.
  const widthOf = (theme: Look['theme']) => (theme === 'light' ? 1200 : 320);

  async function look(page: Page, word: Word, name: string, seen: Seen, look: Look) {
    const at = `${look.language}-${look.theme}/${name}`;
    await seen(page, word);
    await assertNoAxeViolations(page, at);
    await assertNoSidewaysScroll(page, at);
    await assertNotBlank(page, at, await shot(page, `pages/${at}`));
  }

  for (const language of LANGUAGES)
    for (const theme of ['light', 'dark'] as const) {
      const how = { language, theme };
      const word = wordsOf(language);
      const open = async () => {
        const page = await browser.newPage({
          ...how,
          width: widthOf(theme),
          baseUrl: online.address,
        });
        allowTrouble(page, /40[134]|410/);
        return page;
      };

      test(`that needs nobody signed in (${language}, ${theme})`, async () => {
        const page = await open();
        const pages: [path: string, name: string, seen: Seen][] = [
          ['/sign-in', 'sign-in', heading('signIn.title')],
          ['/forgot-password', 'forgot-password', heading('forgot.title')],
          [
            '/reset-password?token=x',
            'reset-over',
            (p, w) => p.getByText(w('failure.link_over')).waitFor(),
          ],
          // The list from its end, where the partner is; the invitation's from its beginning.
          [
            reset,
            'reset-password',
            (p, w) => p.getByText(w('opened.partner'), { exact: true }).scrollIntoViewIfNeeded(),
          ],
          [
            '/invitation?token=x',
            'invitation-over',
            (p, w) => p.getByText(w('failure.link_over')).waitFor(),
          ],
          [invitation, 'invitation', (p, w) => p.getByText(w('opened.sentence')).waitFor()],
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
        await signIn(page, word, coded);
        await look(page, word, 'second-factor', heading('factor.title'), how);
        await page.goto('/sign-in');
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
          [
            `${within}/agents`,
            'agents',
            (p) => p.getByRole('main').getByText(account.email).waitFor(),
          ],
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
