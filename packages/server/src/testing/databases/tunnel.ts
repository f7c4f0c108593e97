/** For tests: a way to a PostgreSQL on which some connections can fall silent without a word. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { atEnd } from '../ends.ts';

export type Tunnel = {
  connection: pg.PoolConfig;
  /** Those open now that said this application's name hear and say nothing any more; how many. */
  freeze(applicationName: string): number;
};

export async function startTunnel(connection: pg.PoolConfig): Promise<Tunnel> {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-tunnel-'));
  const pairs = new Map<Socket, { behind: Socket; greeting: string }>();
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const behind = connect(`${connection.host}/.s.PGSQL.${connection.port}`);
    client.once('data', (data: Buffer) => {
      pairs.set(client, { behind, greeting: data.toString('latin1') });
      behind.write(data);
      client.pipe(behind);
    });
    behind.pipe(client);
    sockets.add(client);
    client
      .on('error', () => {})
      .on('close', () => {
        pairs.delete(client);
        behind.destroy();
      });
    behind.on('error', () => {}).on('close', () => client.destroy());
  });
  server.listen(join(folder, `.s.PGSQL.${connection.port}`));
  await once(server, 'listening');
  atEnd(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
    rmSync(folder, { recursive: true });
  });
  return {
    connection: { ...connection, host: folder },
    freeze(applicationName) {
      const frozen = [...pairs].filter(([, { greeting }]) => greeting.includes(applicationName));
      for (const [client, { behind }] of frozen) {
        pairs.delete(client);
        client.unpipe(behind).pause();
        behind.unpipe(client).pause();
      }
      return frozen.length;
    },
  };
}
