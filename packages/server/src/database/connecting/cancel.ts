import { connect } from 'node:net';
import type pg from 'pg';

/** Of a cancel request (PostgreSQL's manual, 54.2.8, Canceling Requests in Progress). */
const CANCEL_REQUEST = 80_877_102;
const PATIENCE_MS = 2_000;

/**
 * Tells the server to end what it still does for a client that nobody listens to any more; nothing
 * tells whether it was heard. A commit that waits for a synchronous standby then counts as done, so
 * never cancel a change: its repeat would find it made, and be acknowledged without the standby.
 */
export function cancelStatement(client: pg.Client): void {
  const { processID, secretKey } = client as unknown as { processID?: number; secretKey?: number };
  if (!processID || typeof secretKey !== 'number' || client.connection.stream.destroyed) return;
  const request = Buffer.alloc(16);
  [request.length, CANCEL_REQUEST, processID, secretKey].forEach((word, index) => {
    request.writeInt32BE(word, index * 4);
  });
  const socket = client.host.startsWith('/')
    ? connect(`${client.host}/.s.PGSQL.${client.port}`)
    : connect(client.port, client.host);
  socket.on('error', () => {});
  socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  socket.unref().end(request);
}
