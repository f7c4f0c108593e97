/**
 * For tests: a pooler in transaction mode, as PgBouncer is often run. It lends a server connection
 * for one transaction; what PostgreSQL says of its own accord meanwhile, nobody hears.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { atEnd } from '../ends.ts';

type Lent = { socket: Socket; client: Socket | undefined };

const TERMINATE = 'X';
const READY = 'Z';
const IDLE = 'I'.charCodeAt(0);
const GREETING = Buffer.from([
  ...[...'R'].map((c) => c.charCodeAt(0)),
  ...[0, 0, 0, 8, 0, 0, 0, 0],
  ...[...READY].map((c) => c.charCodeAt(0)),
  ...[0, 0, 0, 5, IDLE],
]);

/** Starts a pooler before the PostgreSQL of `connection`; it ends with the test file. */
export async function startTransactionPooler(connection: pg.PoolConfig): Promise<pg.PoolConfig> {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-pooler-'));
  const sockets = new Set<Socket>();
  const idle: Lent[] = [];

  const borrow = async (client: Socket): Promise<Lent> => {
    const lent = idle.pop() ?? (await connectServer(connection, sockets, idle));
    lent.client = client;
    return lent;
  };
  const server = createServer(async (client) => {
    sockets.add(client.on('error', () => {}));
    let lent: Promise<Lent> | undefined;
    client.once('data', () => {
      client.write(GREETING);
      client.on(
        'data',
        eachMessage(async (type, message) => {
          if (type === TERMINATE) return client.end();
          const current = await lent;
          if (current?.client !== client) lent = borrow(client);
          (await lent)?.socket.write(message);
        }),
      );
    });
  });
  server.listen(join(folder, '.s.PGSQL.5432'));
  await once(server, 'listening');
  atEnd(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
    rmSync(folder, { recursive: true });
  });
  return { ...connection, host: folder, port: 5432 };
}

async function connectServer(
  { host, port = 5432, user, database }: pg.PoolConfig,
  sockets: Set<Socket>,
  idle: Lent[],
): Promise<Lent> {
  const socket = connect(`${host}/.s.PGSQL.${port}`);
  sockets.add(socket.on('error', () => {}));
  const words = Buffer.from(`user\0${user}\0database\0${database}\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(words.length + 8, 0);
  head.writeInt32BE(196_608, 4); // protocol 3.0
  socket.write(Buffer.concat([head, words]));

  const lent: Lent = { socket, client: undefined };
  await new Promise<void>((ready) => {
    let greeted = false;
    socket.on(
      'data',
      eachMessage((type, message) => {
        const done = type === READY && message[5] === IDLE;
        if (greeted) lent.client?.write(message);
        if (!done) return;
        if (greeted) idle.push(lent);
        greeted = true;
        lent.client = undefined;
        ready();
      }),
    );
  });
  return lent;
}

/** Cuts a stream of PostgreSQL's messages, each a letter, its length and content; one at a time. */
function eachMessage(handle: (type: string, message: Buffer) => unknown): (data: Buffer) => void {
  let rest = Buffer.alloc(0);
  let before = Promise.resolve();
  return (data) => {
    rest = Buffer.concat([rest, data]);
    while (rest.length >= 5 && rest.length >= 1 + rest.readInt32BE(1)) {
      const message = rest.subarray(0, 1 + rest.readInt32BE(1));
      rest = rest.subarray(message.length);
      before = before.then(async () => {
        await handle(String.fromCharCode(message[0] ?? 0), message);
      });
    }
  };
}
