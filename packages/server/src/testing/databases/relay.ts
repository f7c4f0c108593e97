/** For tests: what stands between a service and its databases, as a proxy or a name that moves. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from '../ends.ts';
import type { TestPostgres } from '../postgres.ts';

export type Relay = {
  /** Where it listens, otherwise as the address of a PostgreSQL behind it. */
  connection: TestPostgres['connection'];
  /** Where new connections lead from now on; those that are open stay. */
  leadTo(postgres: TestPostgres): void;
  /** Cuts every open connection. */
  cut(): void;
};

export async function startRelay(first: TestPostgres): Promise<Relay> {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-relay-'));
  const sockets = new Set<Socket>();
  let target = first;
  const server = createServer((client) => {
    const { host, port } = target.connection;
    const behind = connect(`${host}/.s.PGSQL.${port}`);
    for (const [one, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      sockets.add(one);
      one
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
      one.pipe(other);
    }
  });
  server.listen(join(folder, '.s.PGSQL.5432'));
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  atEnd(() => {
    server.close();
    cut();
    rmSync(folder, { recursive: true });
  });
  return {
    connection: { ...first.connection, host: folder },
    leadTo: (postgres) => {
      target = postgres;
    },
    cut,
  };
}
