import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { allowTrouble } from './browser.ts';
import { assertNoAxeViolations, shot } from './checks.ts';
import {
  button,
  type ConsoleVisit,
  isolated,
  PASSWORD,
  rowOf,
  visitConsole,
} from './console-visit.ts';
import { LANGUAGES, type Word } from './online.ts';

describe('the console: credentials', () => {
  let online: ConsoleVisit['online'];
  let address: ConsoleVisit['address'];
  let open: ConsoleVisit['open'];
  before(async () => {
    ({ online, address, open } = await visitConsole());
  });

  /** As if the password had been given a while ago. */
  const forgetPassword = (personId: string) =>
    online.service.database.write((db) =>
      db.query({
        text: `update sessions set password_at = now() - interval '11 minutes' where person_id = $1`,
        values: [personId],
      }),
    );

  async function givePassword(page: Page, word: Word) {
    const dialog = page.getByRole('dialog', { name: word('passwordAgain.title') });
    await dialog.getByLabel(word('common.password'), { exact: true }).fill(PASSWORD);
    await dialog.getByRole('button', { name: word('passwordAgain.submit') }).click();
  }

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
});
