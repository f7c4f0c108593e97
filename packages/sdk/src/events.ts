/** The feed, read on and on: one long request after another, until somebody says that it is enough. */
import type { Answer, EventType, Request } from '@switchboard/contract';
import { pauseBefore } from './pause.ts';
import { type CallOptions, type TransportOptions, timeoutOf } from './transport.ts';

export type EventsOptions = {
  /** Where to read on: the `cursor` of the last page that was dealt with. Absent: the beginning. */
  cursor?: string | undefined;
  /** Events of this account alone. */
  account_id?: number | string | undefined;
  /** Events of this server's accounts alone; of `account_id` the server, by default the main one. */
  server?: string | undefined;
  /** Events of these types alone. */
  type?: EventType | readonly EventType[] | undefined;
  /** Events of one page at most; 1 to 1,000, by default 100. */
  limit?: number | undefined;
  /** Seconds that a request may wait for an event; by default 25, as long as the client's time-out allows. */
  wait?: number | undefined;
  /** Ends the reading, also a request that waits. */
  signal?: AbortSignal | undefined;
};

/** An event as the feed tells it. */
export type FeedEvent = Answer<'getEvents'>['list'][number];

export type EventsPage = {
  /** In the order of the feed. Empty when nothing happened for a while, or far between. */
  events: FeedEvent[];
  /** Where to read on after this page: store it together with what was done about the events. */
  cursor: string;
};

type GetEvents = (
  request: Request<'getEvents'>,
  options: CallOptions,
) => Promise<Answer<'getEvents'>>;

const LONGEST_WAIT_SECONDS = 25;
// An answer needs its way, too.
const ROOM_SECONDS = 5;

/**
 * Reads the feed page by page and goes on when it is at its end. A page is asked for when the one
 * before was dealt with. What passes by itself (429, 503, a lost connection) is waited for, for as
 * long as it takes, unless the client was made with `retries: 0`.
 *
 * @throws Refusal for anything else, such as `paging_invalid` for a cursor of a log that an import
 *   replaced
 */
export async function* followEvents(
  getEvents: GetEvents,
  transport: TransportOptions,
  { signal, type, wait = longestWait(transport), ...options }: EventsOptions = {},
): AsyncGenerator<EventsPage, void, undefined> {
  const types = typeof type === 'object' ? type.join(',') : type;
  let { cursor } = options;
  let failures = 0;
  while (!signal?.aborted)
    try {
      const request = { ...options, cursor, type: types, wait };
      const answer = await getEvents(request, signal ? { signal } : {});
      failures = 0;
      cursor = answer.next_cursor;
      yield { events: answer.list, cursor };
    } catch (error) {
      if (signal?.aborted) return;
      if (transport.retries === 0) throw error;
      const goesOn = await pauseBefore(failures, error, signal).catch(() => false);
      if (signal?.aborted) return;
      if (!goesOn) throw error;
      failures += 1;
    }
}

const longestWait = (transport: TransportOptions): number =>
  Math.max(
    0,
    Math.min(LONGEST_WAIT_SECONDS, Math.floor(timeoutOf(transport) / 1000) - ROOM_SECONDS),
  );
