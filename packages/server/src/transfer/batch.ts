/** Rows on their way into the database, some hundreds in a statement. */
import type { Db } from '../database/database.ts';
import { invalid, unreadable } from './format.ts';
import { quoted, type Table } from './layout.ts';

const MOST_ROWS = 500;
/** Characters, after which a batch goes even when it has few rows. */
const ENOUGH = 1_000_000;

/**
 * What catches a statement's error and throws it again, as a refusal when the data is to blame:
 * wrong values, broken constraints, beyond a limit.
 */
export const refuseUnfit =
  (what: string) =>
  (error: unknown): never => {
    const { code = '' } = error as { code?: string };
    if (!/^(22|23|54)/.test(code)) throw error;
    throw invalid(`${what} does not fit this database (SQLSTATE ${code}).`);
  };

export class Batch {
  readonly counts: Record<string, number>;
  readonly #db: Db;
  readonly #tables: Map<string, Table>;
  #table: Table | undefined;
  #rows: string[] = [];
  #size = 0;

  constructor(db: Db, tables: Table[]) {
    this.#db = db;
    this.#tables = new Map(tables.map((table) => [table.name, table]));
    this.counts = Object.fromEntries(tables.map(({ name }) => [name, 0]));
  }

  /** How many rows were added. */
  get total(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  /**
   * Adds a row as JSON text, which goes to PostgreSQL as it is.
   *
   * @param number the row's line
   * @throws Refusal import_invalid for an unknown table, other columns than the header's, or rows
   *   that the database does not take
   */
  async add(name: string, row: string, number: number): Promise<void> {
    const table = this.#tables.get(name);
    if (!table || !hasColumns(row, table.columns)) throw unreadable(number);
    if (table !== this.#table || this.#rows.length >= MOST_ROWS || this.#size >= ENOUGH)
      await this.flush();
    this.#table = table;
    this.#rows.push(row);
    this.#size += row.length;
    this.counts[name] = (this.counts[name] ?? 0) + 1;
  }

  async flush(): Promise<void> {
    if (!this.#table || this.#rows.length === 0) return;
    const name = quoted(this.#table.name);
    const columns = this.#table.columns.map(quoted).join(', ');
    const rows = `[${this.#rows.join(',')}]`;
    this.#rows = [];
    this.#size = 0;
    await this.#db
      .query({
        text: `insert into ${name} (${columns}) overriding system value
               select ${columns} from jsonb_populate_recordset(null::${name}, $1::jsonb)`,
        values: [rows],
      })
      .catch(refuseUnfit(`A row of ${this.#table.name}`));
  }
}

/** Parsed only to be judged. */
function hasColumns(row: string, columns: string[]): boolean {
  try {
    const names = Object.keys(JSON.parse(row) as object);
    return names.length === columns.length && names.every((name) => columns.includes(name));
  } catch {
    return false;
  }
}
