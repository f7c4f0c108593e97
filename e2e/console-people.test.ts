import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { allowTrouble } from './browser.ts';
import { assertNoAxeViolations, shot } from './checks.ts';
import {
  button,
  type ConsoleVisit,
  heading,
  isolated,
  PASSWORD,
  rowOf,
  visitConsole,
} from './console-visit.ts';
import { LANGUAGES, linkTo } from './online.ts';

describe('the console: people', () => {
  let online: ConsoleVisit['online'];
  let browser: ConsoleVisit['browser'];
  let address: ConsoleVisit['address'];
  let open: ConsoleVisit['open'];
  before(async () => {
    ({ online, browser, address, open } = await visitConsole());
  });

  /** As if what was mailed had been mailed a while ago: within a minute nothing is mailed again. */
  const forgetLetters = () =>
    online.service.database.write((db) =>
      db.query({
        text: `update invitations set created_at = created_at - interval '2 minutes'`,
        values: [],
      }),
    );

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
});
