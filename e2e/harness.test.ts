import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startService, type TestService } from '@switchboard/server/testing';
import type { Page } from 'playwright-core';
import {
  addressOf,
  allowTrouble,
  assertNoTrouble,
  openBrowser,
  type TestBrowser,
} from './browser.ts';
import { assertNoAxeViolations, assertNoSidewaysScroll, assertNotBlank, shot } from './checks.ts';

let service: TestService;
let browser: TestBrowser;
before(async () => {
  service = await startService();
  browser = await openBrowser();
});

describe('the pages that need no script', () => {
  for (const [theme, width] of [
    ['light', 1200],
    ['dark', 320],
  ] as const)
    for (const path of ['/developers', '/reference/reasons'])
      test(`${path} is sound, ${theme}, ${width} px wide`, async () => {
        const page = await browser.newPage({ theme, width });
        await page.goto(addressOf(service, 'localhost') + path);
        const label = `${path === '/developers' ? 'first' : 'reasons'}-${theme}-${width}`;
        await shot(page, `static/${label}`);
        await assertNotBlank(page, label);
        await assertNoAxeViolations(page, label);
        await assertNoSidewaysScroll(page, label);
        await page.context().close();
      });

  test('the reference opens without an error and shows the calls', async () => {
    const page = await browser.newPage();
    await page.goto(`${addressOf(service, 'localhost')}/reference`);
    await page.getByRole('heading', { name: 'Switchboard Partner API' }).waitFor();
    await shot(page, 'static/reference');
    await assertNotBlank(page, 'the reference');
  });

  test('hosts below localhost lead here', async () => {
    const page = await browser.newPage({ baseUrl: addressOf(service) });
    assert.equal((await page.goto('/healthz'))?.status(), 200);
    assert.equal(new URL(page.url()).hostname, 'online.localhost');
  });
});

describe('the browser', () => {
  test('begins in the language, theme, width and motion asked for', async () => {
    const page = await browser.newPage({
      ...{ language: 'he', theme: 'dark', width: 320, reducedMotion: true },
    });
    const seen = await page.evaluate(`[
      navigator.language,
      innerWidth,
      matchMedia('(prefers-color-scheme: dark)').matches,
      matchMedia('(prefers-reduced-motion: reduce)').matches,
    ]`);
    assert.deepEqual(seen, ['he-IL', 320, true, true]);
  });

  test('shows Latin and Hebrew in every kind of font, each letter as itself', async () => {
    const page = await browser.newPage({ width: 400 });
    const families = ['sans-serif', 'serif', 'monospace'];
    const letters = [' ', ...'AMi0₪…אבשם'];
    const marks = families.flatMap((family) =>
      letters.map((letter) => `<b style="font-family: ${family}">${letter}</b>`),
    );
    await page.setContent(`<style>
      b { display: inline-block; width: 20px; height: 24px; font: 18px/24px x; overflow: hidden; }
    </style>${marks.join('')}`);
    await shot(page, 'harness/fonts');
    const places = await page.locator('b').all();
    for (const [index, family] of families.entries()) {
      const pictures = new Set<string>();
      for (const place of places.slice(index * letters.length, (index + 1) * letters.length))
        pictures.add((await place.screenshot()).toString('base64'));
      // A missing letter is a box or nothing, and so like another.
      assert.equal(pictures.size, letters.length, family);
    }
  });
});

describe('a test fails', () => {
  let page: Page;
  const show = async (html: string, csp = '') => {
    page = await browser.newPage({ width: 320 });
    await page.route('**/*', (route) =>
      route.request().url().endsWith('/shown')
        ? route.fulfill({
            contentType: 'text/html',
            body: html,
            headers: csp ? { 'content-security-policy': csp } : {},
          })
        : route.continue(),
    );
    await page.goto(`${addressOf(service)}/shown`);
  };
  const sound = (body: string) => `<!doctype html><html lang="en"><title>A page</title>
    <link rel="icon" href="data:,"><main><h1>A page</h1>${body}</main></html>`;

  for (const [what, html, csp, expected] of [
    ['throws', '<script>throw new Error("thrown here")</script>', '', /uncaught.*thrown here/],
    ['logs an error', '<script>console.error("logged here")</script>', '', /logged here/],
    ['asks for what is not there', '<img src="/nowhere" alt="">', '', /status of 404/],
    ['asks a host that is not there', '<img src="http://nowhere.invalid/" alt="">', '', /ERR_NAME/],
    ['breaks its policy', '<script>1</script>', "script-src 'self'", /Content Security Policy/],
  ] as const)
    test(`when the page ${what}`, async () => {
      await show(sound(html), csp);
      await page.waitForLoadState('networkidle');
      assert.throws(assertNoTrouble, expected);
    });

  test('unless it said that this may happen', async () => {
    await show(sound('<script>console.error("said before")</script>'));
    await page.waitForLoadState('networkidle');
    allowTrouble(page, /said before/);
    assertNoTrouble();
  });

  test('when axe finds something, with the element, the rule and the reason', async () => {
    await show(sound('<p style="color: #ccc">pale</p><img src="data:,">'));
    await assert.rejects(
      assertNoAxeViolations(page, 'this page'),
      /axe finds on this page:\n {2}color-contrast \(serious\).*\n {4}p: Element has insufficient.*\n {2}image-alt/,
    );
    await show(
      sound(
        '<a href="#a" style="position: absolute; width: 9px; height: 9px; overflow: hidden">a</a><a href="#b" style="position: absolute; left: 18px; width: 9px; height: 9px; overflow: hidden">b</a>',
      ),
    );
    await assert.rejects(assertNoAxeViolations(page, 'small targets'), /target-size/);
    allowTrouble(page, /ERR_INVALID_URL/);
  });

  test('when the page scrolls sideways, or shows nothing', async () => {
    await show(sound('<p id="wide" style="width: 500px">wide</p>'));
    await assert.rejects(assertNoSidewaysScroll(page, 'this page'), /in 320 px:\n<p id="wide"/);
    await assertNotBlank(page, 'this page');
    await show('<!doctype html><title>Blank</title><link rel="icon" href="data:,">');
    await assert.rejects(assertNotBlank(page, 'this page'), /this page is blank/);
  });
});
