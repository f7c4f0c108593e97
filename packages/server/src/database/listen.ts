/**
 * A connection of its own that listens on a channel, for as long as it lives. It owns connecting,
 * noticing a loss within a second, and listening anew; its owner is told what was heard and when
 * nothing can be heard any more.
 */
import { Socket } from 'node:net';
import pg from 'pg';
import { newClient } from './connecting/client.ts';
import type { Hosts } from './connecting/hosts.ts';
import { messageOf } from './connection.ts';
import { type ChannelListener, DatabaseUnavailable, type Subscription } from './database.ts';

// A dead peer sends nothing: silence after a question is the only sign of it.
const QUESTION_EVERY_MS = 200;
const SILENCE_MS = 400;
const CONNECT_TIMEOUT_MS = 2_000;
const RETRY_MS = [50, 100, 250, 500, 1_000];
const READY_TIMEOUT_MS = 2_000;

/** Begins to listen now; it goes on until `close`, over every loss of the connection. */
export function listenOn(hosts: Hosts, channel: string, listener: ChannelListener): Subscription {
  let closed = false;
  let tries = 0;
  let drop: (() => void) | undefined;
  let retry: NodeJS.Timeout | undefined;
  let listening = Promise.withResolvers<void>();
  let isListening = false;

  const begin = async () => {
    let socket: Socket | undefined;
    let question: NodeJS.Timeout | undefined;
    let ended = false;
    const client = newClient(hosts, {
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: CONNECT_TIMEOUT_MS,
      application_name: 'switchboard live',
      keepAlive: true,
      // Of our own, so that a connection whose peer hangs can be dropped without a word to it.
      stream: () => {
        socket = new Socket();
        return socket;
      },
    });
    const end = (error?: unknown) => {
      if (ended) return;
      ended = true;
      clearInterval(question);
      if (error !== undefined) hosts.lost(client);
      drop = undefined;
      socket?.destroy();
      if (isListening) {
        isListening = false;
        listening = Promise.withResolvers<void>();
        if (!closed) listener.lost(messageOf(error ?? 'the connection ended'));
      }
      if (closed) return;
      retry = setTimeout(begin, RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]);
      tries += 1;
    };
    drop = end;
    client.on('error', end);
    client.on('end', () => end());
    client.on('notification', ({ payload }) => {
      if (!ended) listener.notice(payload ?? '');
    });
    try {
      await client.connect();
      await client.query(`listen ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      end(error);
      return;
    }
    if (ended) return;
    tries = 0;
    isListening = true;
    listening.resolve();
    question = ask(client, end, () => hosts.isStale(client));
  };
  void begin();

  return {
    async ready() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(
          () =>
            reject(new DatabaseUnavailable('nothing can be heard for the moment', { lost: false })),
          READY_TIMEOUT_MS,
        );
      });
      await Promise.race([listening.promise, late]).finally(() => clearTimeout(timer));
    },
    isListening: () => isListening,
    close() {
      closed = true;
      clearTimeout(retry);
      drop?.();
    },
  };
}

/**
 * Asks now and then whether anybody is there; ends the connection after too long a silence, and
 * when another server has become the one where things happen.
 */
function ask(
  client: pg.Client,
  end: (error: unknown) => void,
  isStale: () => boolean,
): NodeJS.Timeout {
  let askedAt: number | undefined;
  let lastTick = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    // When this process itself was busy, the answer may lie unread: look again at the next tick.
    const wasBusy = now - lastTick > QUESTION_EVERY_MS + 150;
    lastTick = now;
    if (isStale()) return end('another host is the primary');
    if (askedAt === undefined) {
      askedAt = now;
      client.query('select 1').then(() => {
        askedAt = undefined;
      }, end);
    } else if (!wasBusy && now - askedAt > SILENCE_MS) {
      end('the database is silent');
    }
  }, QUESTION_EVERY_MS);
  timer.unref();
  return timer;
}
