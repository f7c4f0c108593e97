import assert from 'node:assert/strict';
import { type IncomingMessage, request } from 'node:http';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { atEnd } from '@switchboard/server/testing';
import type { Page } from 'playwright-core';
import { openBrowser, type TestBrowser } from './browser.ts';
import { newAccount, type Online, signIn, startOnline, wordsOf } from './online.ts';

const server = 'online';

describe('a page whose live stream made room for others', () => {
  let browser: TestBrowser;
  let online: Online;
  before(async () => {
    online = await startOnline();
    browser = await openBrowser();
  });

  /** Another stream of the page's own session. */
  async function openStream(page: Page, account_id: number): Promise<IncomingMessage> {
    const cookies = await page.context().cookies();
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const { host } = new URL(online.address);
    const path = `${online.service.baseUrl}/api/workspace/${account_id}/live`;
    const stream = await new Promise<IncomingMessage>((open, failed) => {
      request(path, { headers: { host, cookie } }, open).on('error', failed).end();
    });
    assert.equal(stream.statusCode, 200);
    stream.resume();
    stream.on('error', () => {});
    atEnd(() => stream.destroy());
    return stream;
  }

  test('stays away until somebody turns to it, and is live again then', async () => {
    const word = wordsOf('en');
    const account = await newAccount(online);
    const { account_id } = account;
    const page = await browser.newPage({ baseUrl: online.address });
    const opening = page.waitForResponse(/\/live$/);
    await page.goto('/sign-in');
    await signIn(page, word, account);
    await page.getByText(word('builder.none')).waitFor();
    await opening;
    const others: IncomingMessage[] = [];
    while (others.length < 20) others.push(await openStream(page, account_id));

    const builder_url = 'https://builder.example.com/login';
    await online.partner.updateAccount({ account_id, server, builder_url });
    // A page that came back by itself would be here by now, in the place of another stream.
    await sleep(2_000);
    assert.deepEqual(others.filter(({ closed }) => closed).length, 0);
    const open = page.getByRole('link', { name: word('builder.open') });
    assert.equal(await open.count(), 0);

    await page.evaluate("window.dispatchEvent(new Event('focus'))");
    await open.waitFor();
    while (!others.some(({ closed }) => closed)) await sleep(10);
    await online.partner.updateAccount({ account_id, server, builder_url: '' });
    await page.getByText(word('builder.none')).waitFor();
  });
});
