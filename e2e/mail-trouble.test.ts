import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startAnsweringMailbox, startService } from '@switchboard/server/testing';
import type { Page } from 'playwright-core';
import { addressOf, openBrowser, type TestBrowser } from './browser.ts';
import { assertNoAxeViolations, assertNoSidewaysScroll, shot } from './checks.ts';
import { LANGUAGES, newAccount, signIn, type Word, wordsOf } from './online.ts';

const REFUSED = '550 5.1.1 The email account that you tried to reach does not exist';

describe('mail that does not arrive, as the administrator sees it', () => {
  let browser: TestBrowser;
  before(async () => {
    browser = await openBrowser();
  });

  const invite = async (page: Page, word: Word, email: string) => {
    await page.getByRole('button', { name: word('agents.invite') }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(word('common.email')).fill(email);
    await dialog.getByLabel(word('common.name')).fill('Noa Levi');
    await dialog.getByRole('button', { name: word('agents.sendInvitation') }).click();
    await dialog.waitFor({ state: 'hidden' });
  };
  const rowOf = (page: Page, email: string) => page.getByRole('row').filter({ hasText: email });

  for (const language of LANGUAGES)
    test(`a server that refuses, one that is slow and one that is away (${language})`, async () => {
      const word = wordsOf(language);
      const mailbox = await startAnsweringMailbox();
      const service = await startService({ environment: { SMTP_URL: mailbox.url } });
      const online = { service, partner: await service.newPartner(), address: addressOf(service) };
      const account = await newAccount(online, { agents: 9, account_name: 'Bakery' });
      const page = await browser.newPage({ language, baseUrl: online.address });
      await page.goto('/sign-in');
      await signIn(page, word, account);
      await page.waitForURL('**/workflow-builder');
      await page.goto(`/accounts/${account.account_id}/agents`);

      mailbox.answer = { receiver: REFUSED };
      await invite(page, word, 'gone@example.com');
      const gone = rowOf(page, 'gone@example.com');
      await gone.getByText(REFUSED).waitFor();
      assert.match(
        (await gone.textContent()) ?? '',
        new RegExp(word('notDelivered.failed', { reason: REFUSED })),
      );

      mailbox.answer = 'slow';
      await invite(page, word, 'slow@example.com');
      await rowOf(page, 'slow@example.com').getByText(word('agents.waiting')).waitFor();
      while (mailbox.letters.length === 0) await sleep(20);

      mailbox.goAway();
      await invite(page, word, 'away@דוגמה.ישראל');
      const away = rowOf(page, 'away@xn--6dbbec0c.xn--4dbrk0ce');
      await away.getByText(word('notDelivered.why.not_reached')).waitFor();
      assert.equal(await rowOf(page, 'slow@example.com').locator('.not-delivered').count(), 0);

      for (const width of [1200, 320]) {
        await page.setViewportSize({ width, height: 800 });
        await shot(page, `mail-trouble/${language}-${width}`);
        await assertNoAxeViolations(page, `agents, ${width} px`);
        await assertNoSidewaysScroll(page, `agents, ${width} px`);
      }
      const name = word('agents.sendAgainTo', { name: '\u2068Noa Levi\u2069' });
      await gone.getByRole('button', { name }).click();
      await page.getByText(word('agents.sentAgain', { name: 'Noa Levi' })).waitFor();
      await gone.locator('.not-delivered').waitFor({ state: 'detached' });
    });
});
