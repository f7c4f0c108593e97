/** `fetch` over a unix socket, which the built-in one cannot do, and without its time limits. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';

/**
 * A `fetch` for the operator's listener: a URL, a method, headers, a signal, and a body that is a
 * string or a stream.
 *
 * @param socketPath undefined for TCP
 */
export function nodeFetch(socketPath: string | undefined): typeof fetch {
  return (input, init = {}) =>
    new Promise((resolve, reject) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const request = httpRequest(url, {
        ...(socketPath !== undefined && { socketPath }),
        method: init.method ?? 'GET',
        headers: Object.fromEntries(new Headers(init.headers)),
        ...(init.signal && { signal: init.signal }),
      });
      request.on('error', reject);
      request.on('response', (message) => {
        // A server may refuse before it has read everything: the rest would keep us waiting.
        message.on('end', () => request.writableFinished || request.destroy());
        resolve(responseOf(message));
      });
      const { body } = init;
      if (body === undefined || body === null || typeof body === 'string') request.end(body);
      else pipeline(Readable.fromWeb(body as ReadableStream), request).catch(reject);
    });
}

function responseOf(message: IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers))
    for (const each of [value ?? []].flat()) headers.append(name, each);
  const body = Readable.toWeb(message) as ReadableStream<Uint8Array>;
  return new Response(body, { status: message.statusCode ?? 500, headers });
}
