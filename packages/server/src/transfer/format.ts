/** The lines of an export (`docs/adr/0003-export-format.md`): a header, rows, sequences, an end. */
import { Refusal } from '@switchboard/contract';
import { z } from 'zod';

export const headerLine = z.strictObject({
  switchboard_export: z.literal(1),
  /** The newest migration of the database it came from. */
  schema: z.int().min(1),
  at: z.iso.datetime(),
  secret_key_fingerprint: z.string(),
  /** In the order of the rows. */
  tables: z.array(z.strictObject({ name: z.string(), columns: z.array(z.string()).min(1) })),
});
export type Header = z.infer<typeof headerLine>;

/** Numbers beyond 2^53 are text. */
export const sequenceLine = z.strictObject({
  sequence: z.string(),
  next: z.string().regex(/^\d{1,19}$/),
});

export const endLine = z.strictObject({
  end: z.literal(true),
  rows: z.int(),
  /** Of the bytes of all lines before, in hex. */
  sha256: z.string(),
});
export type End = z.infer<typeof endLine>;

/** The dot takes every character: to JavaScript U+2028 ends a line, to us and to JSON it does not. */
export const ROW = /^\{"table":"(\w+)","row":(\{.*\})\}$/s;

/** @param row as PostgreSQL wrote it: it is never taken apart, so that no number loses a digit */
export const rowLine = (table: string, row: string): string =>
  `{"table":"${table}","row":${row}}\n`;

export const lineOf = (line: Header | End | z.infer<typeof sequenceLine>): string =>
  `${JSON.stringify(line)}\n`;

/** The refusal of a file; the sentence says what is wrong with it. */
export const invalid = (what: string): Refusal =>
  new Refusal('import_invalid', { message: `${what} Nothing was imported.` });

/** The refusal of a line that no export writes. */
export const unreadable = (number: number): Refusal =>
  invalid(`Line ${number} is not as an export writes it: the file was cut off or changed.`);

/** JSON read by one of the schemas above; undefined when it is something else. */
export function readAs<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
