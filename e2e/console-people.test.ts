import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { addressOf, allowTrouble, FAILED, openBrowser, type TestBrowser } from './browser.ts';
import { assertNoAxeViolations, assertNoSidewaysScroll, shot } from './checks.ts';
import {
  LANGUAGES,
  type Language,
  linkTo,
  newAccount,
  type Online,
  startOnline,
  signIn as typeIn,
  type Word,
  wordsOf,
} from './online.ts';

const PASSWORD = 'Correct-Horse1';
const server = 'online';
const LONG_NAME = `${'חברת השליחויות של Tel-Aviv '.repeat(3)}${'W'.repeat(15)}`;

describe('the console: people, credentials, activity and the partner itself', () => {
  let browser: TestBrowser;
  let online: Online;
  let address: string;
  before(async () => {
    online = await startOnline();
    address = addressOf(online.service, 'localhost');
    browser = await openBrowser();
  });

  type Console = { page: Page; word: Word; at: string };
  /** Somebody of a fresh partner, signed in to its console. */
  async function open(
    language: Language,
    options: { role?: 'administrator' | 'viewer'; width?: number; theme?: 'light' | 'dark' } = {},
    partner: { partner: number } = online.partner,
  ): Promise<Console & { email: string; personId: string }> {
    const word = wordsOf(language);
    const { email, personId } = await online.service.newMember(partner, options.role);
    const { width, theme } = options;
    const page = await browser.newPage({
      language,
      baseUrl: address,
      ...(width ? { width } : {}),
      ...(theme ? { theme } : {}),
    });
    const at = `/p/${partner.partner}`;
    await page.goto(`/sign-in?next=${at}/people`);
    await typeIn(page, word, { account_id: 0, email, password: PASSWORD });
    await heading(page, word('console.people'));
    return { page, word, at, email, personId };
  }

  const heading = (page: Page, name: string) =>
    page.getByRole('heading', { name, level: 1 }).waitFor();
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
  const rowOf = (page: Page, text: string) =>
    page.getByRole('row').filter({ has: page.getByText(text, { exact: true }) });
  const isolated = (name: string) => `\u2068${name}\u2069`;

  /** As if the password had been given a while ago. */
  const forgetPassword = (personId: string) =>
    online.service.database.write((db) =>
      db.query({
        text: `update sessions set password_at = now() - interval '11 minutes' where person_id = $1`,
        values: [personId],
      }),
    );

  /** As if what was mailed had been mailed a while ago: within a minute nothing is mailed again. */
  const forgetLetters = () =>
    online.service.database.write((db) =>
      db.query({
        text: `update invitations set created_at = created_at - interval '2 minutes'`,
        values: [],
      }),
    );

  async function givePassword(page: Page, word: Word) {
    const dialog = page.getByRole('dialog', { name: word('passwordAgain.title') });
    await dialog.getByLabel(word('common.password'), { exact: true }).fill(PASSWORD);
    await dialog.getByRole('button', { name: word('passwordAgain.submit') }).click();
  }

  for (const language of LANGUAGES)
    test(`somebody is invited by mail, accepts and works in the console; is a viewer, then removed (${language})`, async () => {
      const { page, word, at, email } = await open(language);
      const guest = `guest-${language}@example.com`;
      await button(page, word('people.invite')).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(word('common.email')).fill('nobody');
      await dialog.getByRole('button', { name: word('agents.sendInvitation') }).click();
      await dialog.getByText(word('field.email')).waitFor();
      await dialog.getByText(word('field.name')).waitFor();
      await assertNoAxeViolations(page, `invite a person ${language}`);
      await dialog.getByLabel(word('common.email')).fill(guest);
      await dialog.getByLabel(word('common.name')).fill('Dana Levi');
      await shot(page, `console-people/${language}/invite`);
      await dialog.getByRole('button', { name: word('agents.sendInvitation') }).click();
      await page.getByText(word('agents.invited', { email: guest })).waitFor();
      const row = rowOf(page, guest);
      await row.getByText(word('people.states.waiting'), { exact: true }).waitFor();
      const first = await linkTo(online, guest);
      await forgetLetters();
      await row
        .getByRole('button', {
          name: word('agents.sendAgainTo', { name: isolated('Dana Levi') }),
        })
        .click();
      await page.getByText(word('agents.sentAgain', { name: 'Dana Levi' })).waitFor();
      await assertNoAxeViolations(page, `sent again ${language}`);
      await shot(page, `console-people/${language}/sent-again`);
      // Whoever is there already is not invited again.
      await button(page, word('people.invite')).click();
      allowTrouble(page, /409/);
      await dialog.getByLabel(word('common.email')).fill(guest);
      await dialog.getByLabel(word('common.name')).fill('Dana Levi');
      await dialog.getByRole('button', { name: word('agents.sendInvitation') }).click();
      await dialog.getByText(word('reason.already_member')).waitFor();
      await dialog.getByRole('button', { name: word('common.cancel') }).click();
      // Oneself is marked; the others who have joined are no reason to forbid anything.
      await rowOf(page, email).getByText(word('agents.you')).waitFor();

      const link = await linkTo(online, guest);
      assert.equal(link.origin, address);
      assert.notEqual(link.search, first.search);
      const theirs = await browser.newPage({ language, baseUrl: address });
      // Whoever is removed is signed out.
      allowTrouble(theirs, /40[134]/);
      await theirs.goto(link.pathname + link.search);
      await theirs.getByText(word('invitation.submit')).waitFor();
      await assertNoAxeViolations(theirs, `invitation to the console ${language}`);
      await shot(theirs, `console-people/${language}/invitation`);
      await theirs.getByLabel(word('password.new'), { exact: true }).fill(PASSWORD);
      await button(theirs, word('invitation.submit')).click();
      await heading(theirs, word('list.title'));

      // Live, without being asked.
      await row.getByText(word('people.states.open'), { exact: true }).waitFor();
      await theirs.goto(`${at}/people`);
      await theirs.getByText(word('people.administratorsOnly')).waitFor();
      assert.equal(await theirs.getByRole('main').getByRole('button').count(), 0);

      await row
        .getByLabel(word('agents.roleOf', { name: isolated('Dana Levi') }))
        .selectOption('viewer');
      await page.getByText(word('agents.roleChanged', { name: 'Dana Levi' })).waitFor();
      const remove = word('agents.removeName', { name: isolated('Dana Levi') });
      await row.getByRole('button', { name: remove }).click();
      const asked = page.getByRole('dialog', {
        name: word('agents.removeTitle', { name: 'Dana Levi' }),
      });
      await asked.getByText(word('people.removeSentence')).waitFor();
      await assertNoAxeViolations(page, `remove a person ${language}`);
      await shot(page, `console-people/${language}/remove`);
      await asked
        .getByRole('button', { name: word('agents.removeName', { name: 'Dana Levi' }) })
        .click();
      await page.getByText(word('agents.removed', { name: 'Dana Levi' })).waitFor();
      await row.waitFor({ state: 'detached' });
    });

  test('the only administrator can neither be removed nor given another role', async () => {
    const partner = await online.service.newPartner();
    const { page, word, email } = await open('en', {}, partner);
    const row = rowOf(page, email);
    await row.getByText(word('agents.onlyAdministrator')).waitFor();
    assert.equal(await row.getByRole('button').count(), 0);
    assert.equal(await row.getByRole('combobox').count(), 0);
  });

  for (const language of LANGUAGES)
    test(`a credential is made, its secret shown once, rotated and revoked by its name (${language})`, async () => {
      const partner = await online.service.newPartner();
      const { page, word, at, personId } = await open(language, {}, partner);
      allowTrouble(page, /40[013]/);
      await forgetPassword(personId);
      await page.goto(`${at}/credentials`);
      await button(page, word('credentials.new')).click();
      const dialog = page.getByRole('dialog', { name: word('credentials.new') });
      await dialog.getByLabel(word('common.name')).fill('CRM');
      await shot(page, `console-people/${language}/new-credential`);
      await dialog.getByRole('button', { name: word('credentials.new') }).click();

      const password = page.getByRole('dialog', { name: word('passwordAgain.title') });
      await password.getByLabel(word('common.password'), { exact: true }).fill('Wrong-Horse1');
      await password.getByRole('button', { name: word('passwordAgain.submit') }).click();
      await password.getByText(word('failure.wrong_password')).waitFor();
      await assertNoAxeViolations(page, `password again ${language}`);
      await shot(page, `console-people/${language}/password-again`);
      await givePassword(page, word);

      const secret = page.getByRole('dialog', { name: word('credentials.secretTitle') });
      const region = (name: string) => secret.getByRole('region', { name: word(name) });
      const shown = await region('credentials.secret').locator('pre').textContent();
      assert.match(shown ?? '', /^swb_cs_/);
      const curl = (await region('credentials.curl').locator('pre').textContent()) ?? '';
      assert.ok(
        curl.startsWith(`curl -sS ${address}/api/settings/accessToken`) &&
          shown &&
          curl.includes(shown),
      );
      await page.keyboard.press('Escape');
      await secret.getByText(word('credentials.saveFirst')).waitFor();
      await assertNoAxeViolations(page, `secret ${language}`);
      await shot(page, `console-people/${language}/secret`);
      await button(page, word('credentials.saved')).click();
      await page.getByText(word('credentials.done.made', { name: 'CRM' })).waitFor();
      assert.ok(!(await page.content()).includes(shown ?? ''), 'the secret is gone from the page');

      const row = rowOf(page, 'CRM');
      assert.equal(await row.count(), 1, await row.allInnerTexts().then(String));
      await row.getByText(word('credentials.never')).waitFor();
      await askForToken(await idIn(row), shown ?? '');
      await row
        .getByRole('button', { name: word('credentials.rotateName', { name: isolated('CRM') }) })
        .click();
      await page.getByLabel(word('credentials.overlap')).fill('721');
      await button(page, word('credentials.rotateSubmit')).click();
      await page.getByText(word('credentials.wrongOverlap')).waitFor();
      await page.getByLabel(word('credentials.overlap')).fill('48');
      await shot(page, `console-people/${language}/rotate`);
      await button(page, word('credentials.rotateSubmit')).click();
      await secret.waitFor();
      await button(page, word('credentials.saved')).click();
      await askForToken(await idIn(row), shown ?? '');
      await page.reload();
      await row.getByText(word('credentials.oldUsed').split(':', 1)[0] ?? '').waitFor();
      await shot(page, `console-people/${language}/credentials-used`);

      await row
        .getByRole('button', { name: word('credentials.revokeName', { name: isolated('CRM') }) })
        .click();
      const revoke = page.getByRole('dialog');
      await revoke.getByText(word('credentials.dies.sessions')).waitFor();
      const sure = revoke.getByRole('button', {
        name: word('credentials.revokeName', { name: 'CRM' }),
      });
      await sure.click();
      await revoke.getByText(word('credentials.wrongTyped')).waitFor();
      await assertNoAxeViolations(page, `revoke ${language}`);
      await shot(page, `console-people/${language}/revoke`);
      await revoke.getByLabel(word('credentials.typeName', { name: 'CRM' })).fill('CRM');
      await sure.click();
      await page.getByText(word('credentials.done.revoked', { name: 'CRM' })).waitFor();
      await row.getByText(word('credentials.states.revoked')).waitFor();
    });

  const idIn = async (row: ReturnType<typeof rowOf>) =>
    (await row.locator('.code').first().textContent()) ?? '';

  async function askForToken(client_id: string, client_secret: string) {
    const answer = await fetch(`${address}/api/settings/accessToken`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_id, client_secret }),
    });
    assert.equal(answer.status, 200);
  }

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
