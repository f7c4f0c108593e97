/** Text on a terminal: colour where it is wanted, width, what may be printed, times. */
import { styleText } from 'node:util';

/** Colour on a terminal only, and never with NO_COLOR. */
export const paint = (
  style: Parameters<typeof styleText>[0],
  text: string,
  stream: NodeJS.WriteStream,
): string => (stream.isTTY ? styleText(style, text, { stream }) : text);

/** What a terminal would obey instead of show: controls, bidi overrides and isolates. */
const OBEYED = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;

export const printable = (text: string): string => text.replace(OBEYED, '\u{FFFD}');

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const WIDE =
  /\p{Emoji_Presentation}|\uFE0F|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303F\uFF01-\uFF60]/u;
const widthOf = (grapheme: string): number => (WIDE.test(grapheme) ? 2 : 1);

/** Columns that the text takes on a terminal. */
export function width(text: string): number {
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += widthOf(segment);
  return columns;
}

/** The text in at most so many columns; what is cut ends with `…`. */
export function cut(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let kept = '';
  let room = columns - 1;
  for (const { segment } of graphemes.segment(text)) {
    room -= widthOf(segment);
    if (room < 0) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** The text, with spaces up to so many columns. */
export const pad = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - width(text)));

/**
 * A time as ISO 8601 in the local time zone, such as `2026-11-24T02:13:05+02:00`.
 *
 * @param milliseconds Unix time
 */
export function localTime(milliseconds: number): string {
  const minutes = -new Date(milliseconds).getTimezoneOffset();
  const local = new Date(milliseconds + minutes * 60_000).toISOString().slice(0, 19);
  const two = (value: number) => String(Math.trunc(value)).padStart(2, '0');
  const ahead = Math.abs(minutes);
  return `${local}${minutes < 0 ? '-' : '+'}${two(ahead / 60)}:${two(ahead % 60)}`;
}

/** The same for a column, such as `2026-11-24 02:13`. */
export const localMinute = (milliseconds: number): string =>
  localTime(milliseconds).slice(0, 16).replace('T', ' ');

export const localDate = (milliseconds: number): string => localTime(milliseconds).slice(0, 10);
