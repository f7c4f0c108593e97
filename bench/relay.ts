/**
 * Stands between a primary and its standby, in a process of its own: what goes either way arrives
 * half of `delayMs` later, so that an acknowledgement takes all of it.
 */
import { connect, createServer, type Socket } from 'node:net';

const { from, to, delayMs } = JSON.parse(process.argv[2] ?? '');

const delayed = (one: Socket, other: Socket) => {
  one.on('data', (data) => setTimeout(() => other.write(data), delayMs / 2));
  one.on('error', () => {}).on('close', () => other.destroy());
};
createServer((client) => {
  const behind = connect(to);
  delayed(client, behind);
  delayed(behind, client);
}).listen(from, () => process.send?.('ready'));
process.on('disconnect', () => process.exit());
