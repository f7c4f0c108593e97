import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  accountEventTypes,
  activityKinds,
  failures,
  pageCalls,
  partnerActivity,
  partnerActivityKinds,
} from '@switchboard/contract';
import { changedKeys, eventWord, partnerEventWord } from '../activity/activity-words.ts';

const SRC = join(import.meta.dirname, '..');
const languages = ['en', 'he'] as const;
type Language = (typeof languages)[number];

const words = { en: read('en'), he: read('he') };

test('both languages have the same keys, each with the plural forms of its own', () => {
  assert.deepEqual(bareKeys('en'), bareKeys('he'));
  for (const language of languages) {
    const forms = [...pluralForms(language)].sort();
    for (const key of pluralKeys())
      assert.deepEqual([...found(language, key)].sort(), forms, `${language}: ${key}`);
  }
});

test('both languages put the same names into a sentence', () => {
  for (const key of bareKeys('en')) {
    const [english, hebrew] = languages.map((language) => names(language, key));
    assert.deepEqual(english, hebrew, key);
  }
});

test('no sentence is empty, and Hebrew ones are in Hebrew', () => {
  for (const language of languages)
    for (const [key, text] of Object.entries(words[language])) {
      assert.notEqual(text.trim(), '', `${language}: ${key}`);
      if (language === 'he' && key !== 'language.en') assert.match(text, /[א-ת]/, key);
    }
});

test('every failure has its words in both languages', () => {
  for (const language of languages)
    for (const code of [...Object.keys(failures), 'no_connection'])
      assert.ok(bareKeys(language).includes(`failure.${code}`), `${language}: ${code}`);
});

test('every type of event that can occur in an account has its sentence in both languages', () => {
  for (const language of languages)
    for (const type of accountEventTypes())
      assert.ok(eventWord(type) in words[language], `${language}: ${type}`);
  const sentences = Object.keys(words.en).filter((key) => key.startsWith('event.'));
  assert.deepEqual(sentences.sort(), accountEventTypes().map(eventWord).sort());
});

test('every type of event of a partner has its sentence in both languages, and so has its kind', () => {
  for (const language of languages) {
    for (const kind of ['all', ...partnerActivityKinds])
      assert.ok(`partnerActivity.kind.${kind}` in words[language], `${language}: ${kind}`);
    const sentences = Object.keys(words[language]).filter((key) => key.startsWith('partnerEvent.'));
    assert.deepEqual(
      sentences.sort(),
      [...partnerActivity(), 'other'].map(partnerEventWord).sort(),
      language,
    );
  }
});

test('everything that changes in an account has its words in both languages', () => {
  for (const key of Object.keys(pageCalls.updateSettings.answer.shape))
    assert.ok((changedKeys as readonly string[]).includes(key), key);
  for (const language of languages) {
    for (const key of changedKeys)
      assert.ok(`change.${key}` in words[language], `${language}: ${key}`);
    for (const kind of ['all', ...activityKinds])
      assert.ok(`activity.kind.${kind}` in words[language], `${language}: ${kind}`);
  }
});

test('every word that the source asks for exists', () => {
  const asked = /\bt\(\s*'([\w.]+)'|(?:\bof=|i18nKey=)"([\w.]+)"/g;
  for (const file of globSync(`${SRC}/**/*.tsx`))
    for (const [, called, attribute] of readFileSync(file, 'utf8').matchAll(asked)) {
      const key = called ?? attribute ?? '';
      assert.ok(bareKeys('en').includes(key), `${file}: ${key}`);
    }
});

function read(language: Language): Record<string, string> {
  const text = readFileSync(join(import.meta.dirname, `${language}.json`), 'utf8');
  return Object.fromEntries(flatten(JSON.parse(text), ''));
}

function flatten(tree: Record<string, unknown>, path: string): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string'
      ? [[path + key, value]]
      : flatten(value as Record<string, unknown>, `${path}${key}.`),
  );
}

function pluralForms(language: Language): Set<string> {
  return new Set(new Intl.PluralRules(language).resolvedOptions().pluralCategories);
}

function bare(key: string): string {
  return key.replace(/_(zero|one|two|few|many|other)$/, '');
}

function bareKeys(language: Language): string[] {
  return [...new Set(Object.keys(words[language]).map(bare))].sort();
}

function pluralKeys(): string[] {
  return [
    ...new Set(
      Object.keys(words.en)
        .filter((key) => key.endsWith('_other'))
        .map(bare),
    ),
  ];
}

function found(language: Language, key: string): string[] {
  const forms = Object.keys(words[language]).filter((name) => bare(name) === key);
  return forms.map((name) => name.slice(key.length + 1));
}

/** The names in a sentence; where there are plural forms, in the one for many. */
function names(language: Language, key: string): string[] {
  const text = words[language][`${key}_other`] ?? words[language][key] ?? '';
  return [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '').sort();
}
