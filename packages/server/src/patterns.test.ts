import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { type Node, parseSync, type RegExpLiteral, Visitor } from 'oxc-parser';
import { isSafe } from 'redos-detector';

const ROOT = resolve(import.meta.dirname, '../../..');
const SOURCES = 'packages/{contract,sdk,cli,server}/src/**/*.ts';

/**
 * Patterns that may take more than linear time, or that the detector takes for such, since nobody
 * from outside chooses what they read: file, pattern, what it reads.
 */
const OUR_OWN: [string, string, string][] = [
  ['packages/cli/src/connection.ts', ':\\d+$', 'the environment'],
  ['packages/server/src/installation/setting-kinds.ts', '\\d+$', 'the environment'],
  ['packages/server/src/mail/address.ts', '^([^<>\\p{Cc}]*)<([^<>]*)>$', 'the environment'],
  [
    'packages/server/src/http/documents/document.ts',
    '<script(?![^>]*\\ssrc=)[^>]*>([\\s\\S]*?)<\\/script>',
    'pages as they were built',
  ],
  ['packages/server/src/http/documents/html.ts', '`([^`]+)`', 'the sentences of reasons'],
  ['packages/server/src/http/documents/html.ts', '<title>.*<\\/title>', 'the frame of our pages'],
  [
    'packages/server/src/http/documents/html.ts',
    ' *<meta name="description".*\\n',
    'the frame of our pages',
  ],
  ['packages/server/src/http/listen.ts', '^\\[?([^/]+?)\\]?:(\\d+)$', 'the environment'],
  [
    'packages/server/src/database/process-state.ts',
    '^\\s*(\\S+)\\s+(.{24})\\s+(.*\\S)',
    'what `ps` prints',
  ],
];

type Found = { file: string; pattern: string; safe: boolean };

/** Every pattern of a source text; one that is put together at run time counts as unsafe. */
function patternsIn(file: string, text: string): Found[] {
  const { program, errors } = parseSync(file, text);
  assert.deepEqual(errors, [], file);
  const found: Found[] = [];
  const made = ({ callee, start, end }: { callee: Node; start: number; end: number }) => {
    if (callee.type === 'Identifier' && callee.name === 'RegExp')
      found.push({ file, pattern: text.slice(start, end), safe: false });
  };
  new Visitor({
    Literal: (literal) => {
      if (!('regex' in literal)) return;
      const { pattern, flags } = (literal as RegExpLiteral).regex;
      found.push({ file, pattern, safe: isSafe(new RegExp(pattern, flags)).safe });
    },
    NewExpression: made,
    CallExpression: made,
  }).visit(program);
  return found;
}

const found = globSync(SOURCES, { cwd: ROOT })
  .filter((file) => !/\.test\.ts$|\/testing\//.test(file))
  .flatMap((file) => patternsIn(file, readFileSync(join(ROOT, file), 'utf8')));
const named = ({ file, pattern }: Found) => `${file} ${pattern}`;

describe('patterns that meet text from outside', () => {
  test('take linear time, whatever they are given', () => {
    const ours = new Set(OUR_OWN.map(([file, pattern]) => `${file} ${pattern}`));
    assert.ok(found.length > 50);
    assert.deepEqual(
      found
        .filter(({ safe }) => !safe)
        .map(named)
        .filter((name) => !ours.has(name)),
      [],
    );
  });

  test('have no exception that is not needed any more', () => {
    const unsafe = new Set(found.filter(({ safe }) => !safe).map(named));
    const stale = OUR_OWN.filter(([file, pattern]) => !unsafe.has(`${file} ${pattern}`));
    assert.deepEqual(stale, []);
  });

  const slow = ['/^(\\S+) *(.*?) *$/', '/\\s+$/', '/(a+)+b/', '/a*a*b/', "new RegExp(a + '+$')"];
  for (const source of slow)
    test(`would not pass as ${source}`, () => {
      const [pattern] = patternsIn('x.ts', `export const x = ${source}.exec(y);`);
      assert.equal(pattern?.safe, false);
    });
});
