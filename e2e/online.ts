/** For browser specs: an installation with real mail, its people, and the words of its pages. */
import { readFileSync } from 'node:fs';
import { pageCalls } from '@switchboard/contract';
import {
  accountRequest,
  startMailbox,
  startService,
  type TestPartner,
  type TestService,
} from '@switchboard/server/testing';
import type { Page } from 'playwright-core';
import { addressOf } from './browser.ts';

export const LANGUAGES = ['en', 'he'] as const;
export type Language = (typeof LANGUAGES)[number];

export type Online = {
  service: TestService;
  partner: TestPartner;
  /** `http://online.localhost:port`. */
  address: string;
  mailbox: Awaited<ReturnType<typeof startMailbox>>;
};

export type TestAccount = { account_id: number; email: string; password: string };

/** Starts it; it ends with the file. */
export async function startOnline(environment: Record<string, string> = {}): Promise<Online> {
  const mailbox = await startMailbox();
  const service = await startService({ environment: { SMTP_URL: mailbox.url, ...environment } });
  const partner = await service.newPartner();
  await service.operator.updatePartner({
    partner: partner.partner,
    support_name: 'Acme Help Desk',
    support_url: 'https://help.example.com',
    support_email: 'help@example.com',
  });
  return { service, partner, address: addressOf(service), mailbox };
}

/** An account with an administrator who can sign in. */
export async function newAccount(
  { partner }: Pick<Online, 'partner'>,
  changes: Record<string, unknown> = {},
): Promise<TestAccount> {
  const request = { ...accountRequest(), ...changes };
  const { account_id } = await partner.createAccount(request);
  return { account_id, email: request.admin_email, password: request.admin_password };
}

/** The page's words in a language: `word('signIn.submit')`, holes filled from `values`. */
export function wordsOf(language: Language) {
  const file = new URL(`../packages/web/src/locales/${language}.json`, import.meta.url);
  const words: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return (key: string, values: Record<string, string | number> = {}): string => {
    const found = key
      .split('.')
      .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], words);
    if (typeof found !== 'string') throw new Error(`${language}.json has no ${key}`);
    return found.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''));
  };
}

export type Word = ReturnType<typeof wordsOf>;

// Letters about what happened to a person have neither.
const CODE = /^\d{6}$/m;
const LINK = /https?:\/\/\S+\?token=\S+/;

/** The code that was mailed to this address. */
export async function codeTo({ mailbox }: Online, address: string): Promise<string> {
  const { text } = await mailbox.next(address, CODE);
  return CODE.exec(text)?.[0] ?? '';
}

/** The link of an invitation or for a new password that was mailed to this address. */
export async function linkTo({ mailbox }: Online, address: string): Promise<URL> {
  const { text } = await mailbox.next(address, LINK);
  return new URL(LINK.exec(text)?.[0] ?? '');
}

/** What the page's own server answers to a call from within the page, in JSON. */
export const callFrom = <T>(page: Page, path: string, body?: object): Promise<T> =>
  page.evaluate<T>(`fetch(${JSON.stringify(path)}, {
    method: ${body ? '"POST"' : '"GET"'},
    headers: { 'content-type': 'application/json' },
    body: ${body ? JSON.stringify(JSON.stringify(body)) : 'undefined'},
  }).then((answer) => answer.json())`);

/** Has a link for a new password mailed, and answers it. */
export async function resetLinkTo(online: Online, page: Page, email: string): Promise<URL> {
  await page.goto('/sign-in');
  await callFrom(page, pageCalls.requestPasswordReset.path, { email });
  return linkTo(online, email);
}

/** Fills the sign-in page and sends it. */
export async function signIn(page: Page, word: Word, { email, password }: TestAccount) {
  await page.getByLabel(word('common.email'), { exact: true }).fill(email);
  await page.getByLabel(word('common.password'), { exact: true }).fill(password);
  await page.getByRole('button', { name: word('signIn.submit'), exact: true }).click();
}
