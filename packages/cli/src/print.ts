/** Answers for people: lists as tables, single answers as key and value. */
import { cell, isTime, pairs, type Row } from './cell.ts';
import { table } from './table.ts';
import { paint } from './text.ts';

/** Prints an answer for people. */
export function printAnswer(answer: Row): void {
  const { status: _, reason: __, list, ...rest } = answer;
  if (Array.isArray(list)) printList(list, rest);
  else printSingle(rest);
}

function printList(rows: readonly Row[], beside: Row): void {
  const out = process.stdout;
  const room = out.isTTY ? out.columns : Number.POSITIVE_INFINITY;
  out.write(rows.length === 0 ? 'The list is empty.\n' : table(columnsOf(rows), rows, room));
  const facts = Object.entries(beside).map(([key, value]) => `${key} ${cell(key, value)}`);
  if (facts.length > 0) out.write(`${paint('dim', facts.join(', '), out)}\n`);
}

/** In the order of the wire, but times last. */
function columnsOf(rows: readonly Row[]): string[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return [...names.filter((name) => !isTime(name)), ...names.filter(isTime)];
}

function printSingle(answer: Row): void {
  process.stdout.write(pairs(answer));
  if (Object.keys(answer).some((key) => key.endsWith('secret')))
    process.stdout.write('The secret is not shown again: keep it in a safe place now.\n');
}
