/** For monitoring: `/healthz` says the process lives, `/readyz` that changes would be kept. */
import type { FastifyInstance } from 'fastify';
import { watchWriting } from '../database/connecting/writable.ts';
import type { Database } from '../database/database.ts';

/** @param warnings what an operator should know, in sentences */
export function addHealthRoutes(
  server: FastifyInstance,
  database: Database,
  warnings: () => string[],
): void {
  const method = ['GET', 'HEAD'];
  const canWrite = watchWriting(database);
  server.route({
    method,
    url: '/healthz',
    logLevel: 'warn',
    handler: async () => ({ status: 'OK' }),
  });
  server.route({
    method,
    url: '/readyz',
    logLevel: 'warn',
    handler: async (_request, reply) => {
      if (!(await canWrite())) {
        reply.code(503);
        return { status: 'FAIL', database: 'unavailable', warnings: warnings() };
      }
      return { status: 'OK', database: 'ready', warnings: warnings() };
    },
  });
}
