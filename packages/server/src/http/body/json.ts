/**
 * JSON as it was written. `JSON.parse` takes the last of two equal keys and the nearest double to
 * any number: here the first is refused, and a number that is not what it says becomes one that no
 * rule accepts. One pass over the text in linear time, without recursion.
 */
import { quotedName } from '@switchboard/contract';
import { whereJsonBreaks } from './json-break.ts';

/** A key that comes twice in one object; its message ends the sentence "The body …". */
export class RepeatedKey extends Error {
  override readonly name = 'RepeatedKey';
}

/**
 * Parses JSON. A number whose exact decimal value is another integer than its double (`1e-400`,
 * `8.0000000000000001`), and a negative zero, becomes `Infinity`.
 *
 * @throws SyntaxError saying where the text is no JSON, as the end of the sentence "The body …"
 * @throws RepeatedKey naming the key
 */
export function readJson(text: string): unknown {
  const value = parse(text);
  if (isPlain(text, value)) return value;
  const inexact = inexactNumbers(text);
  return inexact.length === 0 ? value : JSON.parse(without(text, inexact));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SyntaxError(whereJsonBreaks(text));
  }
}

/**
 * Whether one object without another inside has as many keys as were written, and no number that
 * could be another than its double: what most requests are, in a fifth of the closer look's time.
 */
function isPlain(text: string, value: unknown): boolean {
  let colons = 0;
  for (let at = text.indexOf('{') + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === COLON) colons++;
    else if (code === OPEN_OBJECT || code === OPEN_LIST || isNotation(code)) return false;
  }
  return colons === Object.keys(Object(value)).length;
}

type Span = { from: number; to: number };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Where the numbers are that their doubles do not hold.
 *
 * @param text JSON
 * @throws RepeatedKey
 */
function inexactNumbers(text: string): Span[] {
  const found: Span[] = [];
  const outer: (Set<string> | undefined)[] = [];
  // Those of the innermost object; undefined in a list.
  let keys: Set<string> | undefined;
  let isKey = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(text, at);
      if (isKey && keys) addKey(keys, text.slice(at, end + 1));
      isKey = false;
      at = end;
    } else if (code === COMMA) isKey = keys !== undefined;
    else if (code === OPEN_OBJECT || code === OPEN_LIST) {
      outer.push(keys);
      isKey = code === OPEN_OBJECT;
      keys = isKey ? new Set() : undefined;
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
      keys = outer.pop();
      isKey = false;
    } else if (code === MINUS || (code >= ZERO && code <= NINE)) {
      const to = endOfNumber(text, at);
      if (!isExact(text.slice(at, to))) found.push({ from: at, to });
      at = to - 1;
    }
  }
  return found;
}

function endOfString(text: string, start: number): number {
  const quote = text.indexOf('"', start + 1);
  if (text.charCodeAt(quote - 1) !== BACKSLASH) return quote;
  for (let at = start + 1; ; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at++;
  }
}

/** @param literal with its quotes; two spellings of one key are the same key */
function addKey(keys: Set<string>, literal: string): void {
  const key = literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1);
  if (keys.has(key)) throw new RepeatedKey(`has the key ${quotedName(key)} twice; send it once`);
  keys.add(key);
}

function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && isInNumber(text.charCodeAt(end))) end++;
  return end;
}

// In JSON nothing else follows a digit but white space and `,]}`.
const isInNumber = (code: number): boolean => (code >= ZERO && code <= NINE) || isNotation(code);

/** `-`, `+`, `.`, `E` and `e`: in no integer that is written plainly; `true` has one of them, too. */
const isNotation = (code: number): boolean =>
  code === MINUS || code === 0x2b || code === 0x2e || code === 0x45 || code === 0x65;

/** More digits than any integer of ours: such a number is out of every range as it is. */
const MOST_DIGITS = 16;

/** Whether a number's double is an integer only if the number is that very integer. */
function isExact(source: string): boolean {
  const value = Number(source);
  if (!Number.isSafeInteger(value)) return true;
  return !Object.is(value, -0) && integerIn(source) === String(Math.abs(value));
}

const PARTS = /^-?([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/;

/** The digits of the integer that a number is, without its sign; undefined when it is none. */
function integerIn(source: string): string | undefined {
  const [, whole = '', fraction = '', exponent = '0'] = PARTS.exec(source) ?? [];
  const digits = whole + fraction;
  let from = 0;
  while (digits.charCodeAt(from) === ZERO) from++;
  if (from === digits.length) return '0';
  let to = digits.length;
  while (digits.charCodeAt(to - 1) === ZERO) to--;
  const zeros = Number(exponent) - fraction.length + (digits.length - to);
  if (zeros < 0 || zeros + to - from > MOST_DIGITS) return undefined;
  return digits.slice(from, to) + '0'.repeat(zeros);
}

/** The text with a number that is out of every range in place of each of those. */
function without(text: string, numbers: readonly Span[]): string {
  let kept = '';
  let at = 0;
  for (const { from, to } of numbers) {
    kept += `${text.slice(at, from)}1e999`;
    at = to;
  }
  return kept + text.slice(at);
}
