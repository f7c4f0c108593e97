/** For tests: a guard, and addresses of this machine to lead it to. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createRawServer, type Socket } from 'node:net';
import {
  type Exchange,
  Guard,
  type GuardedRequest,
  type GuardOptions,
} from '../../guard/guarded-fetch.ts';
import { atEnd } from '../ends.ts';

export const newGuard = (options?: GuardOptions): Guard => {
  const guard = new Guard(options);
  atEnd(() => guard.close());
  return guard;
};
/** Asks by that guard, or by another where one is named. */
export const askingBy =
  (guard: Guard) =>
  (url: string, changes: Partial<GuardedRequest> = {}, by = guard): Promise<Exchange> =>
    by.fetch({
      ...{ url, method: 'GET', timeoutMs: 20_000, allowPrivate: true, mostAnswerBytes: 1_000 },
      ...changes,
    });

export const listening = async (
  server: Server | ReturnType<typeof createRawServer>,
): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(() => {
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
};

/** Its address. */
export const serve = async (listener: RequestListener): Promise<string> =>
  `http://127.0.0.1:${await listening(createServer(listener))}/`;

/** Answers each connection's first bytes by hand. */
export const serveRaw = async (answer: (socket: Socket) => void): Promise<string> => {
  const server = createRawServer((socket) => {
    atEnd(() => socket.destroy());
    socket.on('error', () => {});
    socket.once('data', () => answer(socket));
  });
  return `http://127.0.0.1:${await listening(server)}/`;
};
