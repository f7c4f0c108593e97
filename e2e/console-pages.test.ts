import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { allowTrouble, FAILED } from './browser.ts';
import { assertNoAxeViolations, assertNoSidewaysScroll, shot } from './checks.ts';
import { button, type ConsoleVisit, heading, LONG_NAME, visitConsole } from './console-visit.ts';
import { LANGUAGES, newAccount, type Online, type Word } from './online.ts';

const server = 'online';

describe("the console: the partner's own pages", () => {
  let online: ConsoleVisit['online'];
  let open: ConsoleVisit['open'];
  before(async () => {
    ({ online, open } = await visitConsole());
  });

  test('the profile is changed with its preview beside it, and not left unsaved unasked', async () => {
    const partner = await online.service.newPartner();
    const { page, word, at } = await open('en', {}, partner);
    await page.goto(`${at}/partner-profile`);
    const field = (name: string) => page.getByLabel(word(name), { exact: true });
    const save = button(page, word('partnerProfile.save'));
    await field('partnerProfile.support_email').fill('nobody');
    await field('partnerProfile.support_url').fill('help');
    await save.click();
    await page.getByText(word('partnerProfile.wrong.support_email')).waitFor();
    await page.getByText(word('partnerProfile.wrong.support_url')).waitFor();
    await shot(page, 'console-people/en/profile-wrong');
    const preview = page.getByRole('region', { name: word('partnerProfile.preview') });
    assert.equal(await preview.locator('a').count(), 0);
    await field('partnerProfile.support_email').fill('help@example.com');
    await field('partnerProfile.support_url').fill('https://example.com/help');
    await field('partnerProfile.support_name').fill('Acme Help');
    await preview.getByText('Acme Help').waitFor();
    await page.getByRole('link', { name: word('console.people') }).click();
    await page.getByRole('dialog', { name: word('unsaved.title') }).waitFor();
    await button(page, word('unsaved.stay')).click();
    await page.getByLabel(word('partnerProfile.requires')).check();
    await page.getByText(word('profile.title')).last().waitFor();
    await shot(page, 'console-people/en/profile-no-factor');
    await page.getByLabel(word('partnerProfile.requires')).uncheck();
    await save.click();
    await page.getByText(word('partnerProfile.saved')).waitFor();
    assert.equal((await partner.getPartner({})).support_name, 'Acme Help');
  });

  describe('every page, in both directions', () => {
    let partner: Awaited<ReturnType<Online['service']['newPartner']>>;
    let accountId: number;
    before(async () => {
      partner = await online.service.newPartner();
      await partner.updatePartnerProfile({
        ...{ name: LONG_NAME, support_name: LONG_NAME, support_email: 'help@example.com' },
        support_url: `https://help.example.com/${'long-path-'.repeat(12)}`,
      });
      await partner.createApiCredential({ name: LONG_NAME });
      await partner.createApiCredential({ name: 'Old', mode: 'original' });
      const { client_id } = await partner.createApiCredential({ name: 'Gone' });
      await partner.revokeApiCredential({ client_id });
      for (const [name, role] of [
        ['נועה לוי', 'administrator'],
        ['W'.repeat(50), 'viewer'],
      ] as const)
        await partner.inviteMember({ email: `${role}-${'x'.repeat(20)}@example.com`, name, role });
      const { account_id } = await newAccount({ partner }, { account_name: LONG_NAME });
      accountId = account_id;
      await partner.updateAccount({ account_id, server, account_status: 0 });
      await partner.updateAccount({ account_id, server, account_status: 1 });
    });

    const pages = ['people', 'credentials', 'activity', 'partner-profile'] as const;
    const loaded: Record<(typeof pages)[number], (page: Page, word: Word) => Promise<unknown>> = {
      people: (page) => page.getByRole('row').nth(3).waitFor(),
      credentials: (page) => page.getByRole('row').nth(4).waitFor(),
      activity: (page) => page.getByRole('listitem').locator('summary').first().waitFor(),
      'partner-profile': (page, word) =>
        page.getByRole('region', { name: word('partnerProfile.preview') }).waitFor(),
    };
    /** Each page, the call that it waits for and what stands in it then. */
    const waits: [
      path: string,
      call: string,
      content: (page: Page, word: Word) => Promise<unknown>,
    ][] = [
      ['accounts', 'getAccounts', (page) => page.getByRole('row').nth(1).waitFor()],
      ['accounts/online/account', 'getAccount', (page) => heading(page, LONG_NAME)],
      ['people', 'getMembers', loaded.people],
      ['credentials', 'listApiCredentials', loaded.credentials],
      ['activity', 'getActivity', loaded.activity],
      ['partner-profile', 'getPartner', loaded['partner-profile']],
    ];

    for (const language of LANGUAGES)
      test(`keeps its place while it loads, says what failed, and tries again (${language})`, async () => {
        const theme = language === 'en' ? 'light' : 'dark';
        const { page, word, at } = await open(language, { theme }, partner);
        allowTrouble(page, /500/);
        for (const [path, call, content] of waits) {
          const name = path.split('/').at(-1);
          let letFail = () => {};
          const held = new Promise<void>((resolve) => {
            letFail = resolve;
          });
          await page.route(`**/${call}?*`, async (route) => {
            await held;
            await route.fulfill({ status: 500, json: FAILED });
          });
          await page.goto(`${at}/${path.replace(/account$/, String(accountId))}`);
          await page
            .getByRole('main')
            .getByRole('status')
            .filter({ hasText: word('common.loading') })
            .first()
            .waitFor();
          await shot(page, `console-people/${language}/${name}-loading`);
          await assertNoAxeViolations(page, `${name} loading ${language}`);
          letFail();
          const told = page.getByRole('alert').filter({ hasText: FAILED.request_id });
          await told.getByText(word('failure.internal_error')).waitFor();
          // It looks the same on each.
          if (path === 'people') {
            await shot(page, `console-people/${language}/failed`);
            await assertNoAxeViolations(page, `failed ${language}`);
          }
          await page.unroute(`**/${call}?*`);
          await told.getByRole('button', { name: word('common.tryAgain') }).click();
          await content(page, word);
          await told.waitFor({ state: 'detached' });
        }
      });

    // Administrators in the light are looked at above.
    const looks = [
      ['light', 1440, 'viewer'],
      ['dark', 320, 'administrator'],
    ] as const;

    for (const language of LANGUAGES)
      for (const [theme, width, role] of looks)
        test(`has no fault that axe finds, and does not scroll sideways (${language}, ${theme}, ${width} px, ${role})`, async () => {
          const { page, word, at } = await open(language, { theme, width, role }, partner);
          for (const name of pages) {
            const label = `${language}-${theme}-${width}/${name}-${role}`;
            await page.goto(`${at}/${name}`);
            await loaded[name](page, word);
            if (name === 'activity')
              await page.locator('summary').filter({ hasText: 'WWW' }).first().click();
            await shot(page, `console-people/${label}`);
            await assertNoAxeViolations(page, label);
            await assertNoSidewaysScroll(page, label);
          }
        });
  });
});
