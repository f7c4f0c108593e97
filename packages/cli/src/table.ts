/** A list as a table that fits the terminal, or as one block a row where none would. */
import { cell, isTime, pairs, type Row } from './cell.ts';
import { cut, localDate, localMinute, pad, paint, width } from './text.ts';

type Column = { title: string; whole: boolean; cells: string[]; wanted: number };

const GAP = 2;
// Text cut shorter than this tells nothing.
const NARROWEST = 9;

/**
 * @param names the columns in their order; those without any value are left out
 * @param room columns of the terminal; infinite elsewhere
 */
export function table(names: readonly string[], rows: readonly Row[], room: number): string {
  for (const time of [localMinute, localDate]) {
    const columns = names
      .map((name) => columnOf(name, titleOf(name, names), rows, time))
      .filter(({ cells }) => cells.some((text) => text !== ''));
    const widths = fit(columns, room);
    if (widths) return lines(columns, widths, rows.length);
  }
  return rows.map(pairs).join('\n');
}

/** Short, unless another column is called so. */
function titleOf(name: string, names: readonly string[]): string {
  const short = name.replace(/^account_/, '');
  return names.includes(short) ? name : short;
}

function columnOf(
  name: string,
  title: string,
  rows: readonly Row[],
  time: (at: number) => string,
): Column {
  const cells = rows.map((row) => cell(name, row[name], time));
  const wanted = cells.reduce((most, text) => Math.max(most, width(text)), width(title));
  // Ids are there to be copied.
  return { title, whole: isTime(name) || /(^|_)id$/i.test(name), cells, wanted };
}

/** Takes from the widest column of text until all fit; undefined when they cannot. */
function fit(
  columns: readonly { wanted: number; whole: boolean }[],
  room: number,
): number[] | undefined {
  const widths = columns.map(({ wanted }) => wanted);
  const total = () => widths.reduce((sum, each) => sum + each + GAP, -GAP);
  while (total() > room) {
    const open = widths.map((each, i) => (columns[i]?.whole ? 0 : each));
    const widest = Math.max(...open);
    if (widest <= NARROWEST) return undefined;
    widths[open.lastIndexOf(widest)] = widest - 1;
  }
  return widths;
}

function lines(columns: readonly Column[], widths: readonly number[], rows: number): string {
  const line = (textOf: (column: Column) => string) =>
    columns
      .map((column, i) => pad(cut(textOf(column), widths[i] ?? 0), (widths[i] ?? 0) + GAP))
      .join('')
      .trimEnd();
  const drawn = [
    paint(
      'bold',
      line(({ title }) => title),
      process.stdout,
    ),
  ];
  for (let i = 0; i < rows; i += 1) drawn.push(line(({ cells }) => cells[i] ?? ''));
  return `${drawn.join('\n')}\n`;
}
