import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { readDatabaseUrl } from '../../installation/database-url.ts';
import { atEnd } from '../../testing/ends.ts';
import { DatabaseUnavailable } from '../database.ts';
import { openPostgres } from '../postgres.ts';
import { OWN_OPTIONS } from './client.ts';

const AUTHENTICATED = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

/** Lets everybody in, as a pooler does whose server is away; then `onQuestion`. */
async function startGreeter(onQuestion: (socket: Socket) => void) {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(Buffer.concat([AUTHENTICATED, READY]));
      socket.once('data', () => onQuestion(socket));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  const { port } = server.address() as AddressInfo;
  const options = { ...OWN_OPTIONS, host: '127.0.0.1', port, user: 'nobody', database: 'none' };
  const database = openPostgres({ connection: options });
  atEnd(async () => {
    await database.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return database;
}

test('a password that DATABASE_URL leaves out is looked for under the host that it names', async () => {
  const { promise: sent, resolve } = Promise.withResolvers<string>();
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      // Asks for the password as it is.
      socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
      socket.once('data', (answer) => {
        resolve(answer.subarray(5, -1).toString());
        socket.destroy();
      });
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-pgpass-'));
  const file = join(folder, 'pgpass');
  writeFileSync(file, `localhost:*:*:*:wrong\n127.0.0.1:${port}:none:nobody:right\n`, {
    mode: 0o600,
  });
  process.env.PGPASSFILE = file;
  atEnd(() => {
    delete process.env.PGPASSFILE;
    rmSync(folder, { recursive: true });
    server.close();
  });
  const url = readDatabaseUrl(`postgres://nobody@127.0.0.1:${port}/none?sslmode=disable`);
  const database = openPostgres({ connection: url });
  atEnd(() => database.close());
  await assert.rejects(
    database.read((db) => db.query(sql`select 1`)),
    DatabaseUnavailable,
  );
  assert.equal(await sent, 'right');
});

// What nobody listens to ends the process, and the test with it.
const endings = {
  'closes the connection': (socket: Socket) => socket.end(),
  'resets the connection': (socket: Socket) => socket.resetAndDestroy(),
  'says nothing more': () => {},
};
for (const [what, onQuestion] of Object.entries(endings))
  test(`a server that lets us in and ${what} before the session is pinned costs one statement`, async () => {
    const database = await startGreeter(onQuestion);
    await assert.rejects(
      database.read((db) => db.query(sql`select 1`)),
      DatabaseUnavailable,
    );
  });
