/**
 * For browser specs: one Chromium for a file, pages in a language, theme and width. Whatever goes
 * wrong in a page (an uncaught error, an error in the console, a refused script, a failed request)
 * fails the test in which it happened, unless the test said that it may.
 */
import assert from 'node:assert/strict';
import { afterEach } from 'node:test';
import { atEnd } from '@switchboard/server/testing';
import type { BrowserContext, Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';

type PageOptions = {
  /** The browser's, and so what the page begins with; `en` unless said. */
  language?: 'en' | 'he';
  /** `light` unless said. */
  theme?: 'light' | 'dark';
  /** In CSS pixels; 1200 unless said. */
  width?: number;
  height?: number;
  reducedMotion?: boolean;
  /** Where paths such as `/sign-in` lead (`addressOf`). */
  baseUrl?: string;
};

export type TestBrowser = {
  /** A page in a fresh profile: no cookies, no storage. A second tab is `page.context().newPage()`. */
  newPage(options?: PageOptions): Promise<Page>;
};

type Watched = { troubles: string[]; allowed: RegExp[] };

const watched = new Map<BrowserContext, Watched>();
afterEach(() => assertNoTrouble());

/** Starts the browser; it is closed after the test file, before the services it visited. */
export async function openBrowser(): Promise<TestBrowser> {
  const browser = await launchChromium();
  atEnd(() => browser.close());
  return {
    newPage: async (options = {}) => {
      const context = await browser.newContext({
        locale: options.language === 'he' ? 'he-IL' : 'en-GB',
        timezoneId: 'UTC',
        colorScheme: options.theme ?? 'light',
        reducedMotion: options.reducedMotion ? 'reduce' : 'no-preference',
        viewport: { width: options.width ?? 1200, height: options.height ?? 800 },
        ...(options.baseUrl ? { baseURL: options.baseUrl } : {}),
      });
      // Long, for a machine that does much else.
      context.setDefaultTimeout(30_000);
      watch(context);
      return context.newPage();
    },
  };
}

/**
 * Where a browser finds a service: `http://online.localhost:8080`.
 *
 * @param service what `startService` or `startProcess` answered
 * @param host `localhost` for the console
 */
export function addressOf(service: { baseUrl: string }, host = 'online.localhost'): string {
  return `http://${host}:${new URL(service.baseUrl).port}`;
}

/** For `page.route`: what the API answers, with 500, when something fails on its side. */
export const FAILED = {
  status: 'FAIL',
  reason: 40,
  code: 'internal_error',
  request_id: 'request-7',
};

/** From now on trouble like this is expected of the page and the other tabs of its profile. */
export function allowTrouble(page: Page, ...patterns: RegExp[]): void {
  watched.get(page.context())?.allowed.push(...patterns);
}

/** Throws when something went wrong in any page since the last time; runs after every test. */
export function assertNoTrouble(): void {
  const found = [...watched.values()].flatMap(({ troubles, allowed }) =>
    troubles.splice(0).filter((trouble) => !allowed.some((pattern) => pattern.test(trouble))),
  );
  assert.ok(found.length === 0, `trouble in the page:\n${found.join('\n')}`);
}

function watch(context: BrowserContext): void {
  const record: Watched = { troubles: [], allowed: [] };
  watched.set(context, record);
  context.on('page', (page) => {
    const note = (trouble: string) => record.troubles.push(`${page.url()}: ${trouble}`);
    page.on('pageerror', (error) => note(`uncaught ${error.stack ?? error.message}`));
    page.on('crash', () => note('the page crashed'));
    // What a Content-Security-Policy refuses is an error in the console, too.
    page.on('console', (message) => {
      if (message.type() === 'error') note(`${message.text()} (${message.location().url})`);
    });
    page.on('requestfailed', (request) => {
      const error = request.failure()?.errorText;
      // Leaving a page ends what it was loading, its event stream for one.
      if (error !== 'net::ERR_ABORTED') note(`${error} (${request.method()} ${request.url()})`);
    });
  });
}
