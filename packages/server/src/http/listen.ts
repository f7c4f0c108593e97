/** Where the servers listen: TCP, or the operator's unix socket with access for its owner alone. */
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { sha256 } from '../partners/access-token.ts';

// sockaddr_un holds 107 bytes and a NUL; macOS holds 103.
const LONGEST_SOCKET_PATH = 100;

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
    await operator.listen({ host, port: Number(port) });
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
    await operator.listen({ path });
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
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const short = join(folder, 'operator.sock');
  writeFileSync(pointer, short, { mode: 0o600 });
  return short;
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
