import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { allowTrouble, openBrowser, type TestBrowser } from './browser.ts';
import { assertNoAxeViolations, assertNoSidewaysScroll, shot } from './checks.ts';
import {
  callFrom,
  LANGUAGES,
  newAccount,
  type Online,
  signIn,
  startOnline,
  type TestAccount,
  wordsOf,
} from './online.ts';

const ZONE = 'Asia/Jerusalem';
const word = wordsOf('en');

describe('settings, in the browser', () => {
  let browser: TestBrowser;
  let online: Online;
  before(async () => {
    online = await startOnline();
    browser = await openBrowser();
  });

  type Opened = { page: Page; account: TestAccount; at: string };
  /** An administrator at the settings; `script` runs before every page. */
  async function open(script = '', language: 'en' | 'he' = 'en'): Promise<Opened> {
    const account = await newAccount(online, { agents: 3 });
    const page = await browser.newPage({ language, baseUrl: online.address });
    await page.addInitScript(script);
    const at = `/accounts/${account.account_id}`;
    await page.goto(`/sign-in?next=${at}/settings`);
    await signIn(page, wordsOf(language), account);
    await page.getByRole('button', { name: wordsOf(language)('settings.save') }).waitFor();
    return { page, account, at };
  }
  const save = async (page: Page) => {
    await page.getByRole('button', { name: word('settings.save') }).click();
    await page.getByText(word('settings.saved')).waitFor();
  };
  const settingsOf = async (page: Page, { account_id }: TestAccount) => {
    const path = `/api/workspace/${account_id}`;
    return (await callFrom<{ settings: Record<string, unknown> }>(page, path)).settings;
  };
  const timeZone = (page: Page, label: string) =>
    page.getByRole('combobox', { name: label }).or(page.getByRole('textbox', { name: label }));

  test('and every page with times open where the browser calls its language en-US@posix', async () => {
    const { page, at, account } = await open(
      `Object.defineProperty(navigator, 'languages', { get: () => ['en-US@posix', 'en-US@posix'] })`,
    );
    await page.getByRole('checkbox', { name: 'Monday' }).waitFor();
    await page.goto(`${at}/agents`);
    await page.getByRole('main').getByText(account.email).waitFor();
    await page.goto(`${at}/activity`);
    await page.getByText(word('event.account_created')).waitFor();
    await page.goto('/profile');
    await page.getByText(word('devices.current')).waitFor();
  });

  test('and every page with times open, and say so, where the browser does not know the time zone', async () => {
    const { page, at, account } = await open(`{
      const known = Intl.DateTimeFormat;
      Intl.DateTimeFormat = new Proxy(known, {
        construct(target, [locale, options]) {
          if (options?.timeZone === '${ZONE}') throw new RangeError('Invalid time zone');
          return new target(locale, options);
        },
      });
    }`);
    await online.service.database.write((db) =>
      db.query({
        text: 'update accounts set settings = $1 where account_id = $2',
        values: [JSON.stringify({ time_zone: ZONE }), account.account_id],
      }),
    );
    await page.reload();
    await page.getByText(word('settings.zoneUnknown')).waitFor();
    await page.goto(`${at}/agents`);
    await page.getByRole('row', { name: account.email }).getByText('(UTC)').waitFor();
    await page.goto(`${at}/activity`);
    await page.getByText('(UTC)').first().waitFor();
  });

  for (const language of LANGUAGES)
    test(`find a time zone by its city, and show it with its offset (${language})`, async () => {
      const { page, account } = await open('', language);
      const said = wordsOf(language);
      const field = timeZone(page, said('settings.time_zone'));
      await field.fill(language === 'he' ? 'ירושלים' : 'jerusalem');
      const choice = page.getByRole('option', { name: /GMT\+[23]/ });
      assert.match(
        (await choice.textContent()) ?? '',
        language === 'he' ? /^ירושלים \(GMT\+[23]\)$/ : /^Jerusalem \(GMT\+[23]\)$/,
      );
      await choice.click();
      assert.match(await field.inputValue(), /\(GMT\+[23]\)$/);
      // Also by what else it is called, and in English.
      await field.fill('kathmandu');
      await page.getByRole('option', { name: /GMT\+5:45/ }).waitFor();
      await field.fill('Asia/Jeru');
      await choice.click();
      await page.getByRole('button', { name: said('settings.save') }).click();
      await page.getByText(said('settings.saved')).waitFor();
      assert.equal((await settingsOf(page, account)).time_zone, ZONE);
    });

  test('take hours with a break that go on after midnight, and copy them to all days', async () => {
    const { page, account, at } = await open();
    const label = (key: string, day: string) => word(`settings.hours.${key}`, { day });
    const choose = (key: string, day: string, value: string) =>
      page.getByLabel(label(key, day), { exact: true }).selectOption(value);
    const button = (key: string, day: string) =>
      page.getByRole('button', { name: label(key, day) });

    await choose('close', 'Monday', '12:00');
    await button('add', 'Monday').click();
    await choose('open', 'Monday 2', '18:00');
    await choose('close', 'Monday 2', '09:15');
    await page.getByRole('button', { name: word('settings.save') }).click();
    await page.getByText(word('field.hours')).waitFor();
    await assertNoAxeViolations(page, 'settings with hours at fault');
    await choose('close', 'Monday 2', '02:00');
    await page.getByText(word('settings.hours.nextDay'), { exact: true }).waitFor();
    assert.equal(await page.getByText(word('field.hours')).count(), 0);
    await button('copy', 'Monday').click();
    await shot(page, 'settings/hours');
    await page.setViewportSize({ width: 320, height: 800 });
    await assertNoSidewaysScroll(page, 'settings with breaks');
    await shot(page, 'settings/hours-narrow');
    await save(page);
    const spans = [
      { open: '09:00', close: '12:00' },
      { open: '18:00', close: '02:00' },
    ];
    const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
    const everyDay = Object.fromEntries(days.map((day) => [day, spans]));
    assert.deepEqual((await settingsOf(page, account)).business_hours, everyDay);

    // Who may only read them sees text, and nothing to fill in.
    const colleague = await newAccount(online);
    await callFrom(page, `/api/workspace/${account.account_id}/agents`, {
      ...{ email: colleague.email, name: 'Noa', role: 'agent' },
    });
    const theirs = await browser.newPage({ baseUrl: online.address });
    await theirs.goto(`/sign-in?next=${at}/settings`);
    await signIn(theirs, word, colleague);
    await theirs.getByText(word('settings.administratorsOnly')).waitFor();
    await theirs.getByText('09:00–12:00, 18:00–02:00 (next day)').first().waitFor();
    const fields = theirs.locator('main').locator('input, select, textarea, button');
    assert.equal(await fields.count(), 0);
    await assertNoAxeViolations(theirs, 'settings to read');
    await shot(theirs, 'settings/read-only');
  });

  test('are not left unsaved unasked, by link, by signing out or by closing the tab', async () => {
    const { page, at } = await open();
    const email = page.getByLabel(word('settings.support_email'), { exact: true });
    const leave = page.getByRole('link', { name: word('agents.title') });
    await email.fill('help@example.com');
    const signOut = async () => {
      await page.getByRole('button', { name: word('frame.menu') }).click();
      await page.getByRole('button', { name: word('signOut') }).click();
    };
    for (const go of [() => leave.click(), signOut]) {
      await go();
      await page.getByRole('dialog', { name: word('unsaved.title') }).waitFor();
      await page.getByRole('button', { name: word('unsaved.stay') }).click();
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      assert.equal(await email.inputValue(), 'help@example.com');
    }
    const asked = page.waitForEvent('dialog').then(async (dialog) => {
      await dialog.dismiss();
      return dialog.type();
    });
    await page.close({ runBeforeUnload: true });
    assert.equal(await asked, 'beforeunload');

    await leave.click();
    await page.getByRole('button', { name: word('unsaved.leave') }).click();
    await page.waitForURL(`**${at}/agents`);
    await page.goto(`${at}/settings`);
    await email.fill('help@example.com');
    await save(page);
    await leave.click();
    await page.waitForURL(`**${at}/agents`);
  });

  test('and the profile take a success back when an error comes', async () => {
    const { page, account } = await open();
    allowTrouble(page, /40[01]/);
    const email = page.getByLabel(word('settings.support_email'), { exact: true });
    await email.fill('help@example.com');
    await save(page);
    await email.fill('nobody');
    await page.getByRole('button', { name: word('settings.save') }).click();
    await page.getByText(word('field.email')).waitFor();
    assert.equal(await page.getByText(word('settings.saved')).count(), 0);
    await email.fill('');
    await save(page);

    await page.goto('/profile');
    const name = page.getByLabel(word('common.name'), { exact: true });
    await name.fill('Ada L.');
    await page.getByRole('button', { name: word('profile.saveName') }).click();
    await page.getByText(word('profile.saved')).waitFor();
    await name.fill('');
    await page.getByRole('button', { name: word('profile.saveName') }).click();
    await page.getByText(word('field.name')).waitFor();
    assert.equal(await page.getByText(word('profile.saved')).count(), 0);

    const current = page.getByLabel(word('password.current'), { exact: true });
    const change = async (from: string, to: string) => {
      await current.fill(from);
      await page.getByLabel(word('password.new'), { exact: true }).fill(to);
      await page.getByRole('button', { name: word('password.change') }).click();
    };
    await change(account.password, 'Other-Horse2');
    await page.getByText(word('password.changed')).waitFor();
    await change('Wrong-Horse1', 'Third-Horse3');
    await page.getByText(word('failure.wrong_password')).waitFor();
    assert.equal(await page.getByText(word('password.changed')).count(), 0);
  });
});
