import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { languages } from '@switchboard/contract';
import { type WebhookPaused, webhookPausedLetter } from './partner-letters.ts';

const about = {
  to: 'ada@example.com',
  name: 'Ada',
  partnerName: 'Acme',
  url: 'https://hooks.example.com:8443/in/path-of-theirs?key=key-of-theirs#part',
  since: new Date('2026-11-29T10:05:00Z'),
  waiting: 1042,
  days: 30,
};

for (const language of languages)
  describe(`the letter about a paused webhook in ${language}`, () => {
    const letter = (changes: Partial<WebhookPaused> = {}) =>
      webhookPausedLetter({ ...about, language, ...changes });

    test('has a subject that names the partner, both parts, and its language and direction', () => {
      const { to, subject, text, html } = letter();
      assert.equal(to, about.to);
      assert.match(subject, /Acme/);
      const dir = language === 'he' ? 'rtl' : 'ltr';
      assert.ok(html.includes(`<div lang="${language}" dir="${dir}"`));
      const script = language === 'he' ? /\p{Script=Hebrew}/u : /^[^\p{Script=Hebrew}]+$/u;
      for (const part of [subject, text, html]) assert.match(part, script);
    });

    test('says since when, how many wait, how long they are kept, and what to call', () => {
      const { text } = letter();
      assert.match(text, /^- [^\n]+: 29 [^\n]+ 2026[^\n]+10:05 \(UTC\)$/m);
      assert.match(text, /^- [^\n]+: 1,042$/m);
      assert.match(text, language === 'he' ? /30 (יום|ימים)/ : /30 days/);
      for (const call of ['testWebhook', 'resumeWebhook']) assert.ok(text.includes(call));
      for (const waiting of [0, 1]) assert.match(letter({ waiting }).text, /^- [^\n]+: [01]$/m);
    });

    test('shows the origin of the address and nothing behind it', () => {
      const { text, html, subject } = letter();
      assert.match(text, /^- [^\n]+: https:\/\/hooks\.example\.com:8443$/m);
      assert.match(html, /<bdi dir="ltr"[^>]*>https:\/\/hooks\.example\.com:8443<\/bdi>/);
      assert.doesNotMatch(text + html + subject, /theirs|key=|#part|<a /);
    });

    test('shows a hostile name and nothing else, and can do without the name of the reader', () => {
      const hostile = '<script>alert("1")</script>\r\nx@evil.example\u202e';
      const { text, html, subject } = letter({ name: hostile, partnerName: hostile });
      assert.doesNotMatch(html, /<script|alert\("|evil\.example|\u202e/);
      assert.doesNotMatch(text + subject, /\r|evil\.example|\u202e/);
      assert.doesNotMatch(letter({ name: '' }).text, / [,.]|undefined/);
    });

    test('fetches nothing, has no script, and does not shout or beg', () => {
      const { html, text, subject } = letter();
      assert.doesNotMatch(html, /<(img|script|style|link|iframe|form)\b|url\(|\bsrc=|@import/i);
      assert.doesNotMatch(text + subject, /!|please|oops|בבקשה|אנא/i);
    });
  });
