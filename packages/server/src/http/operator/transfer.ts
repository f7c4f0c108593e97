/** `switchboard export` and `import`: everything the database holds, streamed in both directions. */
import { Readable } from 'node:stream';
import { readRequest, transferEndpoints } from '@switchboard/contract';
import type { FastifyInstance } from 'fastify';
import { exportAll } from '../../transfer/export.ts';
import { importAll } from '../../transfer/import.ts';
import { answerSchema } from '../partner/call.ts';
import { type CallOptions, surround } from '../partner/call-context.ts';

/** Path → method. */
export const transferMethods: ReadonlyMap<string, string> = new Map(
  Object.values(transferEndpoints).map(({ path, method }) => [path, method]),
);

export function addTransferRoutes(server: FastifyInstance, options: CallOptions): void {
  addExportRoute(server, options);
  // A scope of its own: here alone the body is not read into memory first.
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, done) => done(null));
    addImportRoute(scope, options);
  });
}

function addExportRoute(server: FastifyInstance, { database, secretKeys }: CallOptions): void {
  server.post(transferEndpoints.exportAll.path, async (request, reply) => {
    readRequest(transferEndpoints.exportAll, request.query as Record<string, unknown>, 'strict');
    const pieces = exportAll(database, secretKeys[0] ?? '');
    // Before anything is sent: a failure here is still an answer, a later one cuts the connection.
    const header = await pieces.next();
    const stream = Readable.from(pieces, { objectMode: false, highWaterMark: 65_536 });
    stream.push(header.value);
    reply.header('content-type', 'application/x-ndjson').header('cache-control', 'no-store');
    return reply.send(stream);
  });
}

function addImportRoute(server: FastifyInstance, options: CallOptions): void {
  const { database, policy, secretKeys } = options;
  const schema = { response: { 200: answerSchema(transferEndpoints.importAll) } };
  server.post(transferEndpoints.importAll.path, { schema }, async (request, reply) => {
    request.isLong = true;
    const sent = request.query as Record<string, unknown>;
    try {
      const { input } = readRequest(transferEndpoints.importAll, sent, 'strict');
      const actor = { kind: 'operator', id: 'operator' } as const;
      const ctx = surround(request, database, policy, actor, undefined, options);
      const body = request.raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
      const replace = input.replace === 'true';
      const resumeWebhooks = input.resume_webhooks === 'true';
      const how = { replace, resumeWebhooks, secretKeys };
      const imported = await importAll(database, body, how, ctx);
      reply.header('cache-control', 'no-store');
      return { status: 'OK', reason: 1, ...imported };
    } finally {
      // What is left of a refused file: a client that still sends would not hear the answer.
      request.raw.resume();
    }
  });
}
