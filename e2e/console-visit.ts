/** For browser specs of the console: a browser in it, and somebody of a partner who is signed in. */
import type { Page } from 'playwright-core';
import { addressOf, openBrowser, type TestBrowser } from './browser.ts';
import {
  type Language,
  type Online,
  startOnline,
  signIn as typeIn,
  type Word,
  wordsOf,
} from './online.ts';

export const PASSWORD = 'Correct-Horse1';
export const LONG_NAME = `${'חברת השליחויות של Tel-Aviv '.repeat(3)}${'W'.repeat(15)}`;

type Options = { role?: 'administrator' | 'viewer'; width?: number; theme?: 'light' | 'dark' };

/** A console on an installation of its own, which ends with the file that asks for it. */
export type ConsoleVisit = {
  online: Online;
  browser: TestBrowser;
  /** Its origin. */
  address: string;
  /** Somebody of a partner, signed in to its console, on the page of its people. */
  open(
    language: Language,
    options?: Options,
    partner?: { partner: number },
  ): Promise<{ page: Page; word: Word; at: string; email: string; personId: string }>;
};

export async function visitConsole(): Promise<ConsoleVisit> {
  const online = await startOnline();
  const address = addressOf(online.service, 'localhost');
  const browser = await openBrowser();
  return {
    online,
    browser,
    address,
    open: async (language, { role, width, theme } = {}, partner = online.partner) => {
      const word = wordsOf(language);
      const { email, personId } = await online.service.newMember(partner, role);
      const page = await browser.newPage({
        language,
        baseUrl: address,
        ...(width ? { width } : {}),
        ...(theme ? { theme } : {}),
      });
      const at = `/p/${partner.partner}`;
      await page.goto(`/sign-in?next=${at}/people`);
      await typeIn(page, word, { account_id: 0, email, password: PASSWORD });
      await heading(page, word('console.people'));
      return { page, word, at, email, personId };
    },
  };
}

export const heading = (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { name, level: 1 }).waitFor();

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** The row of a table that has a text. */
export const rowOf = (page: Page, text: string) =>
  page.getByRole('row').filter({ has: page.getByText(text, { exact: true }) });

/** A name as words have it: its own direction ends with it. */
export const isolated = (name: string): string => `\u2068${name}\u2069`;
