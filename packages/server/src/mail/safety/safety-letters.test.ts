import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Language, languages } from '@switchboard/contract';
import type { Occasion } from './safety.ts';
import { safetyLetter } from './safety-letters.ts';

const occasions: Occasion[] = [
  { what: 'password_set' },
  { what: 'backup_codes_made' },
  { what: 'factor_added', factor: 'app' },
  { what: 'factor_added', factor: 'mail' },
  { what: 'factor_removed', factor: 'app' },
  { what: 'factor_removed', factor: 'mail' },
  { what: 'address_proved', open: ['Acme'], waiting: ['Globex'] },
  { what: 'wrong_codes' },
  { what: 'new_device' },
];

const about = {
  to: 'ada@example.com',
  name: 'Ada',
  at: new Date('2026-11-29T10:05:00Z'),
  userAgent: 'Mozilla/5.0 (Windows NT 10.0; rv:133.0) Gecko/20100101 Firefox/133.0',
  ipAddress: '2001:db8::7',
  address: 'https://online.example.com',
};
const link = 'https://online.example.com/forgot-password';

const every = (language: Language, changes: object = {}) =>
  occasions.map((occasion) => safetyLetter({ ...about, language, ...occasion, ...changes }));

for (const language of languages)
  describe(`a letter about somebody's safety in ${language}`, () => {
    test('has a subject of its own, both parts, and says its language and direction', () => {
      const dir = language === 'he' ? 'rtl' : 'ltr';
      const letters = every(language);
      assert.equal(new Set(letters.map(({ subject }) => subject)).size, 7);
      assert.equal(new Set(letters.map(({ text }) => text)).size, occasions.length);
      for (const letter of letters) {
        assert.equal(letter.to, about.to);
        assert.ok(letter.html.includes(`<div lang="${language}" dir="${dir}"`));
        const script = language === 'he' ? /\p{Script=Hebrew}/u : /^[^\p{Script=Hebrew}]+$/u;
        for (const part of [letter.subject, letter.text, letter.html]) assert.match(part, script);
      }
    });

    test('says when it was, with what and from where, and where to set a new password', () => {
      for (const { text, html } of every(language)) {
        assert.match(text, /29 [^\n]+ 2026[^\n]+10:05 \(UTC\)/);
        assert.match(text, /Firefox · Windows/);
        assert.match(text, /2001:db8::7$/m);
        assert.ok(html.includes('<bdi dir="ltr">2001:db8::7</bdi>'));
        assert.equal(text.split('\n').filter((line) => line === link).length, 1);
        assert.ok(html.includes(`<a href="${link}"`));
      }
    });

    test('leaves out what is not known, and what only pretends to be an address', () => {
      for (const ipAddress of [undefined, 'evil.example', 'fe80::1%evil.example'])
        for (const { text, html } of every(language, { userAgent: 'curl/8', ipAddress, name: '' }))
          assert.doesNotMatch(text + html, /undefined|curl|IP|evil|Device|מכשיר:| [,.]/);
    });

    test('names at most ten accounts of each kind, and how many more there are', () => {
      const names = Array.from({ length: 12 }, (_, index) => `Account ${index + 1}`);
      const letter = (open: string[], waiting: string[]) =>
        safetyLetter({ ...about, language, what: 'address_proved', open, waiting });
      const { text, html } = letter(names, [...names.slice(0, 10), 'https://evil.example']);
      assert.equal(text.match(/^- Account \d+$/gm)?.length, 20);
      assert.equal(html.match(/<li><bdi>Account \d+<\/bdi><\/li>/g)?.length, 20);
      const more = language === 'he' ? ['ועוד 2', 'ועוד אחד'] : ['and 2 more', 'and 1 more'];
      for (const line of more) assert.ok(text.includes(`\n- ${line}\n`), text);
      assert.doesNotMatch(text + html, /evil|Account 11/);
      assert.doesNotMatch(letter([], []).text, /Accounts|חשבונות/);
    });

    test('shows a hostile name and nothing else', () => {
      const hostile = '<script>alert("1")</script>\r\nx@evil.example\u202e';
      for (const { text, html, subject } of every(language, {
        name: hostile,
        userAgent: hostile,
      })) {
        assert.doesNotMatch(html, /<script|alert\("|evil\.example|\u202e/);
        assert.doesNotMatch(text + subject, /\r|evil\.example|\u202e/);
      }
    });

    test('fetches nothing, has no script, and does not shout or beg', () => {
      for (const { html, text, subject } of every(language)) {
        assert.doesNotMatch(html, /<(img|script|style|link|iframe|form)\b|url\(|\bsrc=|@import/i);
        assert.doesNotMatch(text + subject, /!|please|oops|בבקשה|אנא/i);
      }
    });
  });
