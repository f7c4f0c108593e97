/** For monitoring: `/healthz` says the process lives, `/readyz` that it can serve. */
import type { FastifyInstance } from 'fastify';
import sql from 'sql-template-tag';
import type { Database } from '../database/database.ts';

/** @param warnings what an operator should know, in sentences */
export function addHealthRoutes(
  server: FastifyInstance,
  database: Database,
  warnings: () => string[],
): void {
  const method = ['GET', 'HEAD'];
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
      try {
        await database.read((db) => db.query(sql`select 1`));
      } catch {
        reply.code(503);
        return { status: 'FAIL', database: 'unavailable', warnings: warnings() };
      }
      return { status: 'OK', database: 'ready', warnings: warnings() };
    },
  });
}
