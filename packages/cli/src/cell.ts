/** One value of an answer as people read it, and an answer as lines of key and value. */
import { localTime, pad, printable, width } from './text.ts';

export type Row = Readonly<Record<string, unknown>>;

/** Unix seconds, as every field of the contract with such a name holds. */
export const isTime = (name: string): boolean =>
  /_(time|expires|changed|entered)$|^changed$/.test(name);

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
  return printable(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

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
