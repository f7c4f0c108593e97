/** Where a text stops being JSON (RFC 8259), for whoever has to mend it. */

/** Sticky, so that each reads on where the one before ended; none looks back. */
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

type Expected =
  | 'a value'
  | 'a value or ]'
  | 'a key in double quotes'
  | 'a key in double quotes or }'
  | 'a colon'
  | 'a comma or }'
  | 'a comma or ]'
  | 'nothing more';

/**
 * As the end of the sentence "The body …": the place, by line and column (of UTF-16 units, both
 * from 1), and what should be there. Never what is there: it may be a secret.
 *
 * @param text what JSON.parse refuses
 */
export function whereJsonBreaks(text: string): string {
  const reading: Reading = { text, at: 0, inside: [], expected: 'a value' };
  let fault: Fault | undefined;
  while (!fault) {
    reading.at = endOf(SPACE, text, reading.at) ?? reading.at;
    fault = readToken(reading);
  }
  const { at, wanted } = fault;
  const line = text.slice(0, at).split('\n');
  const place = `line ${line.length}, column ${(line.at(-1)?.length ?? 0) + 1}`;
  return at < text.length
    ? `is not JSON: at ${place} there should be ${wanted}`
    : `is not whole: it ends at ${place}, where there should be ${wanted}`;
}

type Reading = { text: string; at: number; inside: ('{' | '[')[]; expected: Expected };
type Fault = { at: number; wanted: string };

/** Reads one token, and sets what may come next. */
function readToken(reading: Reading): Fault | undefined {
  const { text, at, inside, expected } = reading;
  const character = text[at];
  const fault = { at, wanted: expected };
  if (character === undefined || expected === 'nothing more') return fault;
  if (expected === 'a colon') return character === ':' ? step(reading, 'a value') : fault;
  if (expected === 'a comma or }' && character === ',')
    return step(reading, 'a key in double quotes');
  if (expected === 'a comma or ]' && character === ',') return step(reading, 'a value');
  if (character === closing(inside.at(-1)) && expected.endsWith(character)) {
    inside.pop();
    return step(reading, after(inside));
  }
  if (expected.startsWith('a comma')) return fault;
  if (character === '"') return readString(reading);
  if (expected.startsWith('a key')) return fault;
  if (character === '{' || character === '[') {
    inside.push(character);
    return step(reading, character === '{' ? 'a key in double quotes or }' : 'a value or ]');
  }
  const end = endOf(NUMBER, text, at) ?? endOf(WORD, text, at);
  return end === undefined ? fault : step(reading, after(inside), end);
}

function readString(reading: Reading): Fault | undefined {
  const { text, expected, inside } = reading;
  let at = reading.at + 1;
  while (text[at] !== '"') {
    const character = text[at];
    if (character === undefined) return { at, wanted: 'the closing quote' };
    if (character < ' ') return { at, wanted: 'no control character (write \\n, \\t …)' };
    const end = character === '\\' ? endOf(ESCAPE, text, at) : at + 1;
    if (end === undefined) return { at, wanted: 'an escape that JSON knows after the backslash' };
    at = end;
  }
  return step(reading, expected.startsWith('a key') ? 'a colon' : after(inside), at + 1);
}

function step(reading: Reading, expected: Expected, at = reading.at + 1): undefined {
  reading.at = at;
  reading.expected = expected;
}

const closing = (open: '{' | '[' | undefined): string | undefined =>
  open && (open === '{' ? '}' : ']');

function after(inside: readonly string[]): Expected {
  const open = inside.at(-1);
  if (open === undefined) return 'nothing more';
  return open === '{' ? 'a comma or }' : 'a comma or ]';
}

function endOf(token: RegExp, text: string, at: number): number | undefined {
  token.lastIndex = at;
  return token.test(text) ? token.lastIndex : undefined;
}
