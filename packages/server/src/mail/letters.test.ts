import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Language, languages, memberRoles } from '@switchboard/contract';
import { addedLetter, invitationLetter } from './agent-letters.ts';
import { codeLetter, resetLetter } from './letters.ts';
import { memberChangeLetter, memberInvitationLetter } from './member-letters.ts';
import type { Letter } from './message.ts';

const link = 'https://online.example.com/reset-password?token=a-token_0123456789&from="mail"';
const to = 'ada@example.com';

/** One of each that has a link, with whatever names. */
const linked = (language: Language, name: string): Letter[] => [
  resetLetter({ to, language, name, link, minutes: 60 }),
  ...[true, false].map((setsPassword) =>
    invitationLetter({
      to,
      language,
      name,
      accountName: name,
      inviterName: name,
      partnerName: name,
      link,
      days: 7,
      setsPassword,
    }),
  ),
  ...[true, false].map((setsPassword) =>
    memberInvitationLetter({
      ...{ to, language, name, partnerName: name, inviterName: setsPassword ? name : '' },
      ...{ link, days: 7, setsPassword },
    }),
  ),
  addedLetter({
    to,
    language,
    name,
    accountName: name,
    inviterName: name,
    partnerName: name,
    link,
  }),
];

const every = (language: Language, name: string): Letter[] => [
  ...linked(language, name),
  ...(['invited', 'removed'] as const).flatMap((what) =>
    memberRoles.map((role) =>
      memberChangeLetter({
        ...{ to, language, name, what, partnerName: name, by: role === 'viewer' ? '' : name },
        member: { name, email: to, role },
      }),
    ),
  ),
  codeLetter({ to, language, email: to, code: '012345', minutes: 5 }),
];

for (const language of languages)
  describe(`a letter in ${language}`, () => {
    test('has a subject, both parts, and says its language and direction', () => {
      const dir = language === 'he' ? 'rtl' : 'ltr';
      for (const letter of every(language, 'Ada')) {
        assert.equal(letter.to, to);
        for (const tag of ['html', 'div'])
          assert.ok(letter.html.includes(`<${tag} lang="${language}" dir="${dir}"`), letter.html);
        const script = language === 'he' ? /\p{Script=Hebrew}/u : /^[^\p{Script=Hebrew}]+$/u;
        for (const part of [letter.subject, letter.text, letter.html]) assert.match(part, script);
      }
    });

    test('has its link alone on a line of the text, and left to right in the HTML', () => {
      const escaped = link.replaceAll('&', '&#38;').replaceAll('"', '&#34;');
      for (const letter of linked(language, 'Ada')) {
        assert.equal(letter.text.split('\n').filter((line) => line === link).length, 1);
        assert.ok(letter.html.includes(`<a href="${escaped}"`));
        assert.match(letter.html, /<bdi dir="ltr"[^>]*>https:/);
        assert.ok(!letter.html.includes(link));
      }
    });

    test('has its code alone on a line of the text, never in the subject', () => {
      const letter = codeLetter({ to, language, email: to, code: '012345', minutes: 5 });
      assert.equal(letter.text.split('\n').filter((line) => line === '012345').length, 1);
      assert.match(letter.html, /<bdi dir="ltr"[^>]*>012345<\/bdi>/);
      assert.ok(!letter.subject.includes('012345'));
      assert.ok(!/<title>[^<]*012345/.test(letter.html));
    });

    test('shows a hostile name and nothing else', () => {
      const hostile = '<script>alert("1")</script>&\'\r\nBcc: x@example.com\u202e\u2066\u2028';
      for (const letter of linked(language, hostile)) {
        assert.doesNotMatch(letter.html, /<script|alert\("|[\u202a-\u202e\u2066-\u2069\u2028]/);
        assert.ok(letter.html.includes('<bdi>&#60;script&#62;alert(&#34;1&#34;)'));
        assert.doesNotMatch(letter.subject, /[\p{Cc}\u202e\u2066\u2028]/u);
        assert.doesNotMatch(letter.text, /^Bcc:|\r|\u202e/m);
      }
    });

    test('can do without the names of the person and the partner', () => {
      for (const { text } of linked(language, '')) {
        assert.doesNotMatch(text, / [,.]|undefined/);
        assert.doesNotMatch(text, /Service provider|ספק השירות/);
      }
    });

    test('fetches nothing, has no script, and does not shout or beg', () => {
      for (const { html, text, subject } of every(language, 'Ada')) {
        assert.doesNotMatch(html, /<(img|script|style|link|iframe|form)\b|url\(|\bsrc=|@import/i);
        assert.doesNotMatch(text + subject, /!|please|oops|בבקשה|אנא/i);
      }
    });
  });

test('letters name their time in the grammar of the language', () => {
  const days = (language: Language, count: number) =>
    invitationLetter({
      to,
      language,
      name: '',
      accountName: 'A',
      inviterName: '',
      partnerName: '',
      link,
      days: count,
      setsPassword: true,
    }).text;
  assert.match(days('en', 1), / 1 day /);
  assert.match(days('en', 7), / 7 days /);
  assert.match(days('he', 1), / יום אחד:/);
  assert.match(days('he', 2), / יומיים:/);
  assert.match(days('he', 7), / 7 ימים:/);
});
