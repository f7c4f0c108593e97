/**
 * The one kind of client that serves a database: it finds the host that can be written, is refused
 * by a standby, and pins its session before anybody else uses it.
 */
import pg from 'pg';
import type { DatabaseHost, DatabaseUrl } from '../../installation/database-url.ts';
import type { Hosts } from './hosts.ts';
import { pinStatements } from './session.ts';

/** How a database is reached: a DATABASE_URL, or one place and all that the driver needs. */
export type Address = pg.ClientConfig | DatabaseUrl;

/** The server that answers is a standby. */
export class NotWritable extends Error {
  override readonly name = 'NotWritable';

  constructor() {
    super('it is a standby, which cannot be written');
  }
}

/**
 * What the driver would take from `PG…` variables, said for a database of ours. None is an empty
 * word: those it takes for missing.
 */
export const OWN_OPTIONS = {
  ssl: false,
  sslnegotiation: 'postgres',
  options: ' ',
  replication: 'false',
  client_encoding: 'UTF8',
} as const;

export const isUrl = (address: Address): address is DatabaseUrl => 'hosts' in address;

/** What the driver reads of an address; its host may be another. */
export const driverOptions = (address: Address): pg.ClientConfig =>
  isUrl(address) ? { connectionString: address.connectionString } : address;

/** Where a client that is not connected yet will connect, and look for a password (`.pgpass`). */
export function leadTo(client: pg.Client, place: DatabaseHost): void {
  const { connectionParameters } = client as pg.Client & { connectionParameters: object };
  Object.assign(client, place);
  Object.assign(connectionParameters, place);
}

/** @throws NotWritable on connecting to a standby */
export function newClient(hosts: Hosts, options: pg.ClientConfig): pg.Client {
  return new (clientClass(hosts))({ ...driverOptions(hosts.address), ...options });
}

/** As `pg.Pool` takes it, to make its clients of. */
export function clientClass(hosts: Hosts): typeof pg.Client {
  return class extends pg.Client {
    override connect(): Promise<pg.Client>;
    override connect(callback: (error: Error) => void): void;
    override connect(callback?: (error: Error) => void): Promise<pg.Client> | undefined {
      const opened = this.#open();
      if (!callback) return opened;
      opened.then(() => (callback as () => void)(), callback);
      return undefined;
    }

    async #open(): Promise<pg.Client> {
      const place = await hosts.find();
      // Whoever wanted the connection gave up meanwhile.
      if (this.connection.stream.destroyed) throw new Error('timeout expired');
      if (place) leadTo(this, place);
      hosts.remember(this, place);
      // The pool listens once it is connected; an error before that would end the process.
      this.on('error', () => {});
      try {
        await super.connect();
        await pin(this, hosts.namesSchema);
        return this;
      } catch (error) {
        hosts.lost(this);
        void this.end().catch(() => {});
        throw error;
      }
    }
  };
}

async function pin(client: pg.Client, namesSchema: boolean): Promise<void> {
  // Several statements have several results.
  const results: unknown = await client.query(pinStatements(namesSchema));
  const [, { rows }] = results as [unknown, pg.QueryResult<{ standby: boolean }>];
  if (rows[0]?.standby !== false) throw new NotWritable();
}
