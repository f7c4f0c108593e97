import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { accountRequest, startService, type TestService } from '@switchboard/server/testing';
import type { Page, Response } from 'playwright-core';
import { addressOf, allowTrouble, openBrowser, type TestBrowser } from './browser.ts';
import { LANGUAGES, signIn, wordsOf } from './online.ts';

const SIGN_IN_BYTES = 180_000;
const CONSOLE_LIST_BYTES = 250_000;

describe('the first load', () => {
  let service: TestService;
  let browser: TestBrowser;
  before(async () => {
    service = await startService();
    browser = await openBrowser();
  });

  for (const language of LANGUAGES) {
    test(`of the sign-in page is at most 180 kB of script, gzipped, in ${language}`, async (t) => {
      const page = await browser.newPage({ language, baseUrl: addressOf(service) });
      const total = await scriptBytes(page, '/sign-in', t);
      assert.ok(total <= SIGN_IN_BYTES, `${total} bytes`);
    });

    test(`of the console's accounts is at most 250 kB of script, gzipped, in ${language}`, async (t) => {
      const partner = await service.newPartner();
      await partner.createAccount(accountRequest());
      const { email } = await service.newMember(partner);
      const baseUrl = addressOf(service, 'localhost');
      const page = await browser.newPage({ language, baseUrl });
      allowTrouble(page, /401/);
      await page.goto('/sign-in');
      const { admin_password: password } = accountRequest();
      await signIn(page, wordsOf(language), { account_id: 0, email, password });
      await page.waitForURL('**/accounts');
      const fresh = await page.context().newPage();
      const total = await scriptBytes(fresh, `/p/${partner.partner}/accounts`, t);
      assert.ok(total <= CONSOLE_LIST_BYTES, `${total} bytes`);
    });
  }
});

type Says = { diagnostic(message: string): void };

/** What opening this page loads of script. */
async function scriptBytes(page: Page, path: string, t: Says): Promise<number> {
  const responses: Response[] = [];
  page.on('response', (response) => responses.push(response));
  await page.goto(path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  // Live streams never leave the network idle.
  await page.getByRole('button').first().waitFor();
  await page.waitForLoadState('load');
  await page.evaluate('new Promise((done) => requestIdleCallback(done))');

  const scripts = responses.filter(isScript);
  assert.ok(scripts.length > 0, 'the page loads a script');
  const sizes = await Promise.all(scripts.map(gzippedBytes));
  for (const [index, script] of scripts.entries())
    t.diagnostic(`${sizes[index]} bytes ${new URL(script.url()).pathname}`);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  t.diagnostic(`${(total / 1000).toFixed(1)} kB of script, gzipped, in all`);
  return total;
}

/** Also what is loaded ahead, which a browser calls something else than a script. */
const isScript = (response: Response) =>
  /javascript/.test(response.headers()['content-type'] ?? '') ||
  response.request().resourceType() === 'script';

/** What came over the wire where it was gzipped, else (from the browser's cache) what gzip makes of it. */
async function gzippedBytes(response: Response): Promise<number> {
  await response.finished();
  const { responseBodySize } = await response.request().sizes();
  const isZipped = response.headers()['content-encoding'] === 'gzip' && responseBodySize > 0;
  return isZipped ? responseBodySize : gzipSync(await response.body()).length;
}
