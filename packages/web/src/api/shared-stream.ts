/**
 * One stream of server-sent events for all tabs that want the same: browsers open at most six
 * connections to a host without HTTP/2, and each stream would hold one. The tab with the lock reads
 * it and tells the others; when that tab goes, the next one reads.
 */

type Listener = {
  event: (name: string, data: unknown) => void;
  /** The stream ended or could not be opened; only the tab that reads it is told. */
  lost: () => void;
};

/**
 * Opens the stream, or listens to the tab that has it open.
 *
 * @param key the same for the tabs that may share
 * @param names of the events
 * @returns closes it
 */
export function openSharedStream(
  url: string,
  key: string,
  names: readonly string[],
  listener: Listener,
): () => void {
  // Where there are no locks (plain http, but on localhost), each tab reads for itself.
  if (!('locks' in navigator)) return read(url, names, listener);
  const channel = new BroadcastChannel(key);
  channel.onmessage = ({ data: [name, data] }) => listener.event(name, data);
  const waiting = new AbortController();
  let end = () => {};
  const hold = () =>
    new Promise<void>((release) => {
      const stop = read(url, names, {
        event: (name, data) => {
          channel.postMessage([name, data]);
          listener.event(name, data);
        },
        lost: () => {
          release();
          listener.lost();
        },
      });
      end = () => {
        stop();
        release();
      };
    });
  navigator.locks.request(key, { signal: waiting.signal }, hold).catch(() => {
    // Closed while it waited for the lock.
  });
  return () => {
    waiting.abort();
    end();
    channel.close();
  };
}

function read(url: string, names: readonly string[], listener: Listener): () => void {
  const source = new EventSource(url);
  for (const name of names)
    source.addEventListener(name, ({ data }) => listener.event(name, JSON.parse(data)));
  source.addEventListener('error', () => {
    source.close();
    listener.lost();
  });
  return () => source.close();
}
