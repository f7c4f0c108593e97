import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { startService, type TestService } from '@switchboard/server/testing';
import type { Response } from 'playwright-core';
import { addressOf, openBrowser, type TestBrowser } from './browser.ts';

const LIMIT_BYTES = 180_000;

describe('the first load of the sign-in page', () => {
  let service: TestService;
  let browser: TestBrowser;
  before(async () => {
    service = await startService();
    browser = await openBrowser();
  });

  for (const language of ['en', 'he'] as const)
    test(`is at most 180 kB of script, gzipped, in ${language}`, async (t) => {
      const page = await browser.newPage({ language, baseUrl: addressOf(service) });
      const responses: Response[] = [];
      page.on('response', (response) => responses.push(response));
      await page.goto('/sign-in', { waitUntil: 'networkidle' });
      await page.getByRole('button').first().waitFor();

      const scripts = responses.filter(isScript);
      assert.ok(scripts.length > 0, 'the page loads a script');
      const sizes = await Promise.all(scripts.map(gzippedBytes));
      for (const [index, script] of scripts.entries())
        t.diagnostic(`${sizes[index]} bytes ${new URL(script.url()).pathname}`);
      const total = sizes.reduce((sum, size) => sum + size, 0);
      t.diagnostic(`${(total / 1000).toFixed(1)} kB of script, gzipped, in all (${language})`);
      assert.ok(total <= LIMIT_BYTES, `${total} bytes`);
    });
});

/** Also what is loaded ahead, which a browser calls something else than a script. */
const isScript = (response: Response) =>
  /javascript/.test(response.headers()['content-type'] ?? '') ||
  response.request().resourceType() === 'script';

/** What came over the wire when it was gzipped there, else what gzip makes of it. */
async function gzippedBytes(response: Response): Promise<number> {
  if (response.headers()['content-encoding'] !== 'gzip')
    return gzipSync(await response.body()).length;
  await response.finished();
  return (await response.request().sizes()).responseBodySize;
}
