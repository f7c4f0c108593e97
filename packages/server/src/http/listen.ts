/** Where the servers listen: TCP, or the operator's unix socket with access for its owner alone. */
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { makePrivateFolder } from '../database/embedded-place.ts';
import { sha256 } from '../secret.ts';

// sockaddr_un holds 107 bytes and a NUL; macOS holds 103.
const LONGEST_SOCKET_PATH = 100;
const LOOPBACK = '127.0.0.1';
const CLOSE_PATIENCE_MS = 5_000;
const REAP_MS = 100;

/**
 * Listens for partners and people.
 *
 * @param port 0 for any that is free
 * @returns the port
 * @throws Error with a sentence for the operator when the address cannot be had
 */
export async function listenForPartners(
  server: FastifyInstance,
  host: string,
  port: number,
): Promise<number> {
  await listenAt(server, { host, port }, 'HOST and PORT');
  return (server.server.address() as AddressInfo).port;
}

/** Takes no new connections and finishes the requests in flight, but waits 5 s for them at most. */
export async function closeServer(server: FastifyInstance): Promise<void> {
  const { server: http } = server;
  const cut = setTimeout(() => http.closeAllConnections(), CLOSE_PATIENCE_MS);
  // Those that were busy when it began to close, and that their clients now keep open.
  const reap = setInterval(() => http.closeIdleConnections(), REAP_MS);
  await server.close();
  clearTimeout(cut);
  clearInterval(reap);
}

/**
 * Listens for the operator.
 *
 * @param listen an absolute socket path or host:port; undefined for the socket in `dataDir`, or,
 *   where that path is too long, one in the temporary folder that `operator.sock.path` names
 * @throws Error when another process answers on the socket
 */
export async function listenForOperator(
  operator: FastifyInstance,
  listen: string | undefined,
  dataDir: string,
): Promise<void> {
  const [, host, port] = /^\[?([^/]+?)\]?:(\d+)$/.exec(listen ?? '') ?? [];
  if (host !== undefined) {
    await listenAt(operator, { host, port: Number(port) }, 'OPERATOR_LISTEN');
    return;
  }
  const path = listen ?? socketPath(dataDir);
  if (await answers(path))
    throw new Error(
      `Another Switchboard listens on ${path}: stop it, or give this one an OPERATOR_LISTEN or DATA_DIR of its own.`,
    );
  rmSync(path, { force: true });
  await operator.ready();
  const mask = process.umask(0o177);
  try {
    await listenAt(operator, { path }, 'OPERATOR_LISTEN');
  } finally {
    process.umask(mask);
  }
  chmodSync(path, 0o600);
}

function socketPath(dataDir: string): string {
  const path = join(dataDir, 'operator.sock');
  const pointer = `${path}.path`;
  if (Buffer.byteLength(path) <= LONGEST_SOCKET_PATH) {
    rmSync(pointer, { force: true });
    return path;
  }
  const folder = join(tmpdir(), `switchboard-${sha256(dataDir).toString('hex').slice(0, 12)}`);
  // In a folder open to all, somebody else may have made it first.
  makePrivateFolder(folder, undefined);
  const short = join(folder, 'operator.sock');
  writeFileSync(pointer, short, { mode: 0o600 });
  return short;
}

async function listenAt(
  server: FastifyInstance,
  where: { host: string; port: number } | { path: string },
  settings: string,
): Promise<void> {
  // For this name Fastify would open a second server, which has no limits on connections.
  const place =
    'host' in where && where.host === 'localhost' ? { ...where, host: LOOPBACK } : where;
  await server.listen(place).catch((error: Error) => {
    throw new Error(`Switchboard cannot listen (${error.message}): change ${settings}.`, {
      cause: error,
    });
  });
}

function answers(path: string): Promise<boolean> {
  if (!existsSync(path)) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
