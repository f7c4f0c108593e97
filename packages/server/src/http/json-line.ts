/** JSON answers end as a line does, so that a terminal's prompt does not follow on them. */
import type { FastifyInstance } from 'fastify';

/** Ends every JSON answer of a server that goes through its hooks; malformed paths do not. */
export function endLines(server: FastifyInstance): void {
  server.addHook('onSend', (_request, reply, payload, done) => {
    const isJson = String(reply.getHeader('content-type')).startsWith('application/json');
    done(null, isJson && typeof payload === 'string' ? ended(payload) : payload);
  });
}

export const jsonLine = (value: object | null): string => ended(JSON.stringify(value));

const ended = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
