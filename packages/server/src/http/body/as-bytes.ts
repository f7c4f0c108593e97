/** Bodies arrive as bytes, whatever their sender calls them. */
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** `Content-Type` as it came; bodies are read as bytes whatever it says. */
    sentType: string | undefined;
  }
}

/**
 * Clients send none or the wrong Content-Type: whatever it says, the body arrives as bytes. That of
 * a GET too, so that its sender can be told what comes of it.
 */
export function readBodiesAsBytes(server: FastifyInstance): void {
  server.decorateRequest('sentType', undefined);
  server.addHttpMethod('GET', { hasBody: true, overrideExisting: true });
  server.addHook('onRequest', async (request) => {
    const { raw, method, headers } = request;
    request.sentType = headers['content-type'];
    if (method === 'GET' && !hasBody(headers)) delete raw.headers['content-type'];
    else raw.headers['content-type'] = 'application/octet-stream';
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
}

const hasBody = (headers: IncomingHttpHeaders): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
