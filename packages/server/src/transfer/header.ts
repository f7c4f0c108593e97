/** The first line of an export, held against this installation. */
import { quotedName } from '@switchboard/contract';
import { fingerprintOf } from '../secret-key.ts';
import { type Header, headerLine, invalid, readAs } from './format.ts';
import type { Table } from './layout.ts';
import type { Line } from './lines.ts';

/** Raise it with a migration that does more than add tables and columns with defaults. */
const OLDEST_SCHEMA = 1;

/** @throws Refusal import_invalid for what is no header, or the header of another SECRET_KEY */
export function readHeader(line: Line | undefined, secretKeys: readonly string[]): Header {
  const header = readAs(headerLine, line?.text ?? '');
  if (!header) throw invalid('The file does not begin as an export that this version can read.');
  if (!secretKeys.map(fingerprintOf).includes(header.secret_key_fingerprint))
    throw invalid(
      'The export belongs to another SECRET_KEY: start this installation with the one it was made under.',
    );
  return header;
}

/**
 * Of the same schema all tables and columns are needed; of an older one some may be missing here.
 *
 * @throws Refusal import_invalid
 */
export function requireSameLayout(
  { schema, tables: theirs }: Header,
  ours: Table[],
  our: number,
): void {
  if (schema > our)
    throw invalid(`The export is of a newer version (schema ${schema}; here it is ${our}).`);
  if (schema < OLDEST_SCHEMA)
    throw invalid(`The export is of schema ${schema}; here the oldest read is ${OLDEST_SCHEMA}.`);
  const columnsOf = new Map(ours.map(({ name, columns }) => [name, columns]));
  for (const { name, columns } of theirs) {
    const known = columnsOf.get(name);
    const all = schema < our || columns.length === known?.length;
    const once = new Set(columns).size === columns.length;
    if (!all || !once || !columns.every((column) => known?.includes(column)))
      throw invalid(`The table ${quotedName(name)} is not like the one here.`);
    columnsOf.delete(name);
  }
  if (schema === our && columnsOf.size > 0)
    throw invalid(`The export lacks the table ${[...columnsOf.keys()].join(', ')}.`);
}
