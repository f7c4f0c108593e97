import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { assertNoAxeViolations, shot } from './checks.ts';
import { button, type ConsoleVisit, visitConsole } from './console-visit.ts';
import { LANGUAGES, newAccount, type Online } from './online.ts';

const server = 'online';

describe('the console: activity', () => {
  let online: ConsoleVisit['online'];
  let open: ConsoleVisit['open'];
  before(async () => {
    ({ online, open } = await visitConsole());
  });

  test('activity is narrowed by kind, account, whom and time as the address says, and goes as a table', async () => {
    const partner = await online.service.newPartner();
    const { account_id } = await newAccount({ partner }, { account_name: 'Bakery' });
    await newAccount({ partner }, { account_name: 'Other' });
    await partner.updateAccount({
      ...{ account_id, server, account_status: 0, status_reason: 'unpaid' },
    });
    const { page, word, at } = await open('en', {}, partner);
    await page.goto(`${at}/activity`);
    const line = (text: string | RegExp) => page.getByRole('listitem').filter({ hasText: text });
    await page.getByRole('heading', { name: word('activity.today'), level: 2 }).waitFor();
    const off = line(/switched off Bakery/);
    await off.locator('summary').click();
    await off.getByText('unpaid', { exact: true }).waitFor();
    await off.getByText('"type": "account.suspended"').waitFor();
    await assertNoAxeViolations(page, 'activity with an open line');
    await off.getByRole('link', { name: word('partnerActivity.onlyAccount') }).click();
    await page.waitForURL(`**/activity?*account=${account_id}*`);
    await line(/created Other/).waitFor({ state: 'detached' });
    await line(/created Bakery/).waitFor();

    await page
      .getByRole('navigation', { name: word('activity.kinds') })
      .getByRole('link', { name: word('partnerActivity.kind.people') })
      .click();
    await page.getByText(word('partnerActivity.noneOfThese')).waitFor();
    await page.getByRole('link', { name: word('partnerActivity.clear') }).click();
    await page.waitForURL('**/activity?kind=people');
    await page.goto(`${at}/activity?from=2001-01-01&to=2001-01-31`);
    await page.getByText(word('partnerActivity.noneOfThese')).waitFor();
    assert.equal(await page.getByLabel(word('partnerActivity.from')).inputValue(), '2001-01-01');
    // What would widen it is no place where one is.
    assert.equal(await page.getByRole('main').locator('[aria-current]').count(), 1);
    await shot(page, 'console-people/en/activity-none');
    await page.getByRole('link', { name: word('activity.showAll') }).click();
    await page.getByLabel(word('activity.person')).selectOption({ label: 'Mia Member' });
    await page.getByText(word('partnerActivity.noneOfThese')).waitFor();
    await page.getByLabel(word('activity.person')).selectOption(partner.clientId);
    await line(/created Other/).waitFor();
    // An account is found by its name.
    const field = page.getByRole('combobox', { name: word('partnerActivity.account') });
    await field
      .or(page.getByRole('textbox', { name: word('partnerActivity.account') }))
      .fill('Oth');
    await page.getByRole('option', { name: /^Other/ }).click();
    await line(/created Bakery/).waitFor({ state: 'detached' });
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: word('partnerActivity.csvLong') }).click(),
    ]);
    const text = await readStream(download);
    assert.match(text, /account\.created,.*Other/);
    assert.doesNotMatch(text, /Bakery/);
  });

  async function readStream(download: { createReadStream(): Promise<NodeJS.ReadableStream> }) {
    let text = '';
    for await (const chunk of await download.createReadStream()) text += String(chunk);
    return text;
  }

  describe('more than a page of activity', () => {
    let partner: Awaited<ReturnType<Online['service']['newPartner']>>;
    let at: { account_id: number; server: string };
    before(async () => {
      partner = await online.service.newPartner();
      const { account_id } = await newAccount({ partner }, { account_name: 'Bakery' });
      at = { account_id, server };
      for (let index = 0; index < 50; index += 1)
        await partner.updateAccount({ ...at, account_name: `Bakery ${index}` });
      await partner.updateAccount({
        ...{ ...at, account_status: 0, status_reason: 'Not paid: invoice 7' },
      });
    });

    for (const language of LANGUAGES)
      test(`is shown when asked for, here and in the account's card; a reason is in the reader's language (${language})`, async () => {
        const { page, word, at: home } = await open(language, {}, partner);
        await page.goto(`${home}/activity`);
        const lines = page.getByRole('main').getByRole('listitem');
        await lines.nth(49).waitFor();
        assert.equal(await lines.count(), 50);
        await lines.first().locator('summary').click();
        const reason = lines.first().getByRole('definition').filter({ hasText: 'invoice 7' });
        const category = word('console.account.category.not_paid');
        assert.equal(await reason.textContent(), `${category}: invoice 7`);
        const older = button(page, word('partnerActivity.older'));
        await older.scrollIntoViewIfNeeded();
        await shot(page, `console-people/${language}/older`);
        await older.click();
        await older.waitFor({ state: 'detached' });
        await lines.nth(53).waitFor();
        assert.equal(await lines.first().locator('pre').count(), 1, 'what was open stays open');

        await page.goto(`${home}/accounts/${server}/${at.account_id}`);
        const card = page.getByRole('region', { name: word('activity.title') });
        const entries = card.getByRole('listitem');
        const more = card.getByRole('button', { name: word('activity.more') });
        for (const shown of [20, 40]) {
          await entries.nth(shown - 1).waitFor();
          assert.equal(await entries.count(), shown);
          await more.click();
        }
        await card.getByText(word('event.account_created')).waitFor();
        await more.waitFor({ state: 'detached' });
        assert.equal(await entries.count(), 52);
      });
  });
});
