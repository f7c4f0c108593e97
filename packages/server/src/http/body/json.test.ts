import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { RepeatedKey, readJson } from './json.ts';
import { whereJsonBreaks } from './json-break.ts';

const ALIKE = { numRuns: 2_000 };

describe('JSON as it was written', () => {
  test('is what JSON.parse reads, where nothing comes twice and every number is exact', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const value: unknown = JSON.parse(text);
        // fast-check writes negative zero, too.
        if (!/-0(?![.\d])/.test(text)) assert.deepEqual(readJson(text), value);
      }),
      ALIKE,
    );
  });

  test('has integers that are exactly what was written, in any notation', () => {
    const exact: [string, number][] = [
      ['8', 8],
      ['8.0', 8],
      ['80e-1', 8],
      ['0.8E+1', 8],
      ['-8.00', -8],
      ['0', 0],
      ['0.000', 0],
      ['0e999999999999', 0],
      [`0.${'0'.repeat(999)}8e1000`, 8],
      [`8${'0'.repeat(999)}e-999`, 8],
      ['9007199254740991', 9007199254740991],
      ['8.5', 8.5],
      ['-0.5', -0.5],
    ];
    for (const [text, value] of exact) assert.deepEqual(readJson(`[${text}]`), [value], text);
    const near = ['8.0000000000000001', '7.99999999999999999', '1e-400', '-1e-400', '0.1e-330'];
    for (const text of [
      ...near,
      '-0',
      '-0.0',
      '-0e5',
      '9007199254740990.7',
      `8.${'0'.repeat(9_999)}1`,
    ])
      assert.deepEqual(readJson(`{"a":[${text}],"b":8}`), { a: [Infinity], b: 8 }, text);
  });

  test('has each key once, whatever stands in texts and lists', () => {
    for (const text of ['{"a":{"a":{"a":1}},"b":{"a":1}}', '[{"a":1},{"a":1}]', '["a","a"]'])
      assert.deepEqual(readJson(text), JSON.parse(text));
    const strings = String.raw`{"a\"":1,"a":"{\"a\":1}","\\":",\"a\":","b":"a\\"}`;
    assert.deepEqual(readJson(strings), JSON.parse(strings));
    for (const text of [
      '{"a":1,"a":1}',
      '[[{"x":[],"a":{},"x":1}]]',
      '{"\\u0061":1,"a":2}',
      '{"é":1,"\\u00e9":2}',
    ])
      assert.throws(() => readJson(text), RepeatedKey, text);
    assert.ok(Object.hasOwn(readJson('{"__proto__":1}') as object, '__proto__'));
  });

  test('is read in one pass however deep or long it is', () => {
    for (const text of [
      `${'['.repeat(30_000)}-0${']'.repeat(30_000)}`,
      `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
      `"${'\\"'.repeat(30_000)}"`,
      `[${'1e-400,'.repeat(9_000)}8]`,
    ])
      readJson(text);
    assert.throws(() => readJson('['.repeat(60_000)), SyntaxError);
  });

  test('breaks where it is cut off, and where one character is wrong', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, seed) => {
        const cut = text.slice(0, seed % text.length);
        // Within a number, a word or an escape it breaks where that begins.
        if (isJson(cut) || /[\w.+-]$|\\[^"]{0,5}$/.test(cut)) return;
        assert.match(whereJsonBreaks(cut), /^is not whole: /, cut);
        const column = cut.length + 1;
        assert.ok(whereJsonBreaks(`${cut}\u0001`).includes(`line 1, column ${column} `), cut);
      }),
      ALIKE,
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
