/** One value of an answer as people read it, and an answer as lines of key and value. */
import { localTime, pad, printable, width } from './text.ts';

export type Row = Readonly<Record<string, unknown>>;

/** Unix seconds, as every field of the contract with such a name holds. */
export const isTime = (name: string): boolean => /_(time|expires)$/.test(name);

const ISO_TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** @param time how a time is written; it gets Unix milliseconds */
export function cell(
  name: string,
  value: unknown,
  time: (milliseconds: number) => string = localTime,
): string {
  if (value === null || value === undefined) return '';
  if (isTime(name) && Number.isFinite(Number(value))) return time(Number(value) * 1000);
  if (typeof value === 'string' && ISO_TIME.test(value)) return time(Date.parse(value));
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map((each) => cell(name, each, time)).join(', ');
  if (typeof value === 'object') return isFlat(value) ? inWords(value, time) : asJson(value);
  return printable(String(value));
}

const isFlat = (value: object): value is Row =>
  Object.values(value).every((each) => typeof each !== 'object' || each === null);

/** `reason abuse, since 2026-11-23 16:02`. */
const inWords = (value: Row, time: (milliseconds: number) => string): string =>
  Object.entries(value)
    .map(([key, each]) => [key, cell(key, each, time)] as const)
    .filter(([, text]) => text !== '')
    .map((pair) => pair.join(' '))
    .join(', ');

const asJson = (value: object): string => printable(JSON.stringify(value));

/** Key and value, one a line; nested values under their path. */
export function pairs(answer: Row): string {
  const flat = flatten(answer);
  const widest = Math.max(0, ...flat.map(([key]) => width(key)));
  const lines = flat.map(([key, text]) => `${pad(key, widest + 2)}${text}`.trimEnd());
  return lines.map((line) => `${line}\n`).join('');
}

function flatten(answer: Row, path = ''): [string, string][] {
  return Object.entries(answer).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? flatten(value as Row, `${path}${key}.`)
      : [[`${path}${key}`, cell(key, value)] as [string, string]],
  );
}
