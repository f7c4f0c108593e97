import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { before, describe, test } from 'node:test';
import { atEnd } from '@switchboard/server/testing';
import { allowTrouble, openBrowser, type TestBrowser } from './browser.ts';
import { assertNoAxeViolations, assertNoSidewaysScroll, shot } from './checks.ts';
import { LANGUAGES, newAccount, type Online, signIn, startOnline, wordsOf } from './online.ts';

const server = 'online';

describe('a login link, in the browser', () => {
  let browser: TestBrowser;
  let online: Online;
  /** A partner's own site, elsewhere, that shows the account in a frame. */
  let site: { origin: string; show(url: string): void };

  before(async () => {
    site = await startSite();
    online = await startOnline({ EMBED_ORIGINS: site.origin });
    browser = await openBrowser();
  });

  const newLink = async (accountID: number) => {
    const { login } = await online.partner.loginAgent({ accountID, agentID: 1, server });
    return login;
  };

  for (const language of LANGUAGES)
    test(`opens the account in a tab by itself, once, and a cut ends it (${language})`, async () => {
      const word = wordsOf(language);
      const { account_id } = await newAccount(online);
      const link = await newLink(account_id);
      const page = await browser.newPage({ language, baseUrl: online.address });
      allowTrouble(page, /410|403/);
      await page.goto(link);
      await page.waitForURL(`**/accounts/${account_id}/workflow-builder`);
      await page.getByText(word('frame.byLink')).waitFor();
      await shot(page, `login-link/${language}/tab`);
      await page.goto('/profile');
      await page.getByText(word('profile.byLink')).waitFor();

      const again = await browser.newPage({ language, baseUrl: online.address });
      allowTrouble(again, /410/);
      assert.equal((await again.goto(link))?.status(), 410);
      await assertNoAxeViolations(again, 'a login link that is over');
      await shot(again, `login-link/${language}/over`);

      await page.goto(`/accounts/${account_id}`);
      await page.getByText(word('builder.none')).waitFor();
      await online.partner.updateAccount({ account_id, server, account_status: 0 });
      await page.getByRole('heading', { name: word('disabled.title') }).waitFor();
    });

  for (const language of LANGUAGES)
    test(`opens the account in a frame of an origin that the operator allows (${language})`, async () => {
      const word = wordsOf(language);
      const { account_id } = await newAccount(online);
      site.show(await newLink(account_id));
      const page = await browser.newPage({ language });
      allowTrouble(page, /403/);
      await page.goto(site.origin);
      const frame = page.frameLocator('iframe');
      await frame.getByText(word('frame.byLink')).waitFor();
      await frame.getByText(word('builder.none')).waitFor();
      await shot(page, `login-link/${language}/frame`);
      const cookies = await page.context().cookies();
      assert.deepEqual(
        cookies.map(({ name, sameSite, secure }) => [name, sameSite, secure]),
        [['switchboard.session_framed', 'None', true]],
      );
      await online.partner.updateAccount({ account_id, server, account_status: 0 });
      await frame.getByRole('heading', { name: word('disabled.title') }).waitFor();
    });

  for (const language of LANGUAGES)
    test(`asks first where somebody else is signed in, in any width and theme (${language})`, async () => {
      const word = wordsOf(language);
      const mine = await newAccount(online);
      const { account_id } = await newAccount(online, { account_name: 'Their account' });
      const link = await newLink(account_id);
      for (const theme of ['light', 'dark'] as const) {
        const page = await browser.newPage({
          language,
          theme,
          width: theme === 'dark' ? 320 : 1200,
          baseUrl: online.address,
        });
        await page.goto('/sign-in');
        await signIn(page, word, mine);
        await page.waitForURL('**/workflow-builder');
        await page.goto(link);
        await page.getByText(mine.email).first().waitFor();
        await assertNoAxeViolations(page, `asking first, ${theme}`);
        await assertNoSidewaysScroll(page, `asking first, ${theme}`);
        await shot(page, `login-link/${language}/asks-${theme}`);
        if (theme === 'light') continue;
        await page.getByRole('button').click();
        await page.waitForURL(`**/accounts/${account_id}/workflow-builder`);
      }
    });
});

/** Serves one page with a frame, on an origin of its own. */
async function startSite(): Promise<{ origin: string; show(url: string): void }> {
  let framed = '';
  const http: Server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(
      `<!doctype html><html lang="en"><title>CRM</title><link rel="icon" href="data:,">
       <h1>A partner's CRM</h1><iframe title="Account" src="${framed}" width="1100" height="600"></iframe>`,
    );
  });
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
  atEnd(() => new Promise((closed) => http.close(closed)));
  return {
    origin: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    show: (url) => {
      framed = url;
    },
  };
}
