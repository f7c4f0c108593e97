/**
 * The database as better-auth's query builder wants it: a pool of connections. What keeps ours from
 * answering arrives as DatabaseUnavailable here too, and a connection that dies while the library
 * holds it does not end the process, as an unheard `error` of a driver's own client would.
 */
import { type Database, DatabaseUnavailable, type Db } from '../database/database.ts';

type Client = {
  query<Row>(text: string, values: readonly unknown[]): Promise<Result<Row>>;
  release(): void;
};
/** Counts of rows without `returning` are not known here, and the library uses none of them. */
type Result<Row> = { command: 'SELECT'; rowCount: number; rows: Row[] };

export type IdentityPool = { connect(): Promise<Client>; end(): Promise<void> };

/** @param onUnavailable hears every failure: parts of the library swallow them */
export function poolOf(
  database: Database,
  onUnavailable: (error: DatabaseUnavailable) => void,
): IdentityPool {
  const noted = (error: unknown): unknown => {
    if (error instanceof DatabaseUnavailable) onUnavailable(error);
    return error;
  };
  return {
    connect: () =>
      new Promise((lend, refuse) => {
        database
          .read((db) => new Promise<void>((release) => lend(clientOf(db, noted, release))))
          .catch((error: unknown) => refuse(noted(error)));
      }),
    // Whoever opened the database closes it.
    end: async () => {},
  };
}

function clientOf(db: Db, noted: (error: unknown) => unknown, release: () => void): Client {
  let failed: unknown;
  return {
    async query<Row>(text: string, values: readonly unknown[]): Promise<Result<Row>> {
      // PostgreSQL answers `commit` after a failure with success, having rolled back.
      if (failed !== undefined && text === 'commit') throw failed;
      try {
        const rows = await db.query<Row>({ text, values: [...values] });
        return { command: 'SELECT', rowCount: rows.length, rows };
      } catch (error) {
        failed = noted(error);
        throw failed;
      }
    },
    release,
  };
}
