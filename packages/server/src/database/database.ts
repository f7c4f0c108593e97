/**
 * What the rest of the server knows of the database: reads, transactions, gathered statements.
 * Whatever keeps it from answering arrives as DatabaseUnavailable, never as a driver's error.
 */

/** A statement of `sql-template-tag`, or a named one that stays prepared. */
export type Statement = {
  readonly text: string;
  readonly values: unknown[];
  readonly name?: string;
};

export type Db = {
  /** Runs one statement and returns its rows. */
  query<Row = Record<string, unknown>>(statement: Statement): Promise<Row[]>;
};

/** A transaction that its owner ends; used where one transaction spans several steps. */
export type Transaction = Db & {
  commit(): Promise<void>;
  /** Safe to call at any time; after commit it does nothing. */
  rollback(): Promise<void>;
};

/** One set-based statement that answers many calls at once (`gather.ts`). */
export type GatheredStatement<Input, Outcome> = {
  /** Stays prepared under this name. */
  name: string;
  text: string;
  /** A cheaper text with the same outcomes, for inputs that need no more; it binds the same. */
  lean?: { name: string; text: string; fits(inputs: readonly Input[]): boolean };
  /** Calls of one key never share a statement and keep their order. */
  keyOf?(input: Input): string;
  /**
   * Columns of the inputs, as arrays for `unnest`, and whatever else the text binds.
   *
   * @param patient false where others wait behind: a row that is held must fail soon, and is
   *   then tried again by itself
   */
  bind(inputs: Input[], patient: boolean): unknown[];
  /** One row's outcome; rows carry their `position`, counted from 1. */
  outcome(row: Record<string, unknown>): Outcome;
  /** The outcome of a position that the statement returned no row for. */
  absent?: Outcome;
};

export type TransactionOptions = {
  /** How long one statement may take; without it 2.5 seconds, so that a lost database is noticed. */
  statementSeconds?: number;
  /**
   * It writes nothing that matters: without an answer it is cancelled, or a commit that waits for a
   * dead standby would keep one of the server's connections until that is back.
   */
  expendable?: boolean;
};

export type Database = {
  /** Statements outside a transaction, each with its own snapshot. */
  read<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /**
   * The same on a connection of its own, which no request holds; one that is silent for 0.3 s is
   * given up.
   */
  readApart<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** One transaction, committed when `work` returns and rolled back when it throws. */
  write<T>(work: (db: Db) => Promise<T>, options?: TransactionOptions): Promise<T>;
  begin(options?: TransactionOptions): Promise<Transaction>;
  /** One call's outcome of a statement that may serve many calls. */
  gathered<Input, Outcome>(
    statement: GatheredStatement<Input, Outcome>,
    input: Input,
  ): Promise<Outcome>;
  /**
   * Many calls of one owner, each with its own outcome or failure: at most as many in one statement
   * as share one, one statement at a time, and owners take turns. Whoever has more adds them piece
   * by piece, since what waits is in memory.
   */
  gatheredMany<Input, Outcome>(
    statement: GatheredStatement<Input, Outcome>,
    inputs: readonly Input[],
    owner: number,
  ): Promise<PromiseSettledResult<Outcome>[]>;
  /** Waits for the statements under way, at most as long as an ordinary one may take. */
  close(): Promise<void>;
};

/** The database cannot answer for the moment: lost, restarting, busy. Answered as 503 (40). */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
  /** No connection, or it broke: others would wait for the same, and what ran on it is unknown. */
  readonly lost: boolean;

  constructor(message: string, { lost, cause }: { lost: boolean; cause?: unknown }) {
    super(message, { cause });
    this.lost = lost;
  }
}

/** One call of a gathered statement inside a transaction. */
export async function runAlone<Input, Outcome>(
  db: Db,
  statement: GatheredStatement<Input, Outcome>,
  input: Input,
): Promise<Outcome> {
  const [outcome] = await runTogether(db, statement, [input], true);
  return outcome as Outcome;
}

/** Calls of a gathered statement in one statement, each with its own outcome, in order. */
export async function runTogether<Input, Outcome>(
  db: Db,
  statement: GatheredStatement<Input, Outcome>,
  inputs: Input[],
  patient: boolean,
): Promise<Outcome[]> {
  const { name, text } = statement.lean?.fits(inputs) ? statement.lean : statement;
  const rows = await db.query({ name, text, values: statement.bind(inputs, patient) });
  const outcomes = new Array<Outcome>(inputs.length).fill(statement.absent as Outcome);
  for (const row of rows) outcomes[Number(row.position) - 1] = statement.outcome(row);
  return outcomes;
}
