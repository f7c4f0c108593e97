/** A list of any length, sent row by row; what stands beside it follows when all rows are sent. */
import { Readable } from 'node:stream';
import type { Endpoint } from '@switchboard/contract';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

/**
 * Sends a streamed answer. A failure before the first row is thrown; one after it cuts the
 * connection, so that no client takes half a list for a whole one.
 */
export async function sendStream(
  reply: FastifyReply,
  endpoint: Endpoint,
  rows: AsyncGenerator<unknown, object>,
  ignored: string[],
): Promise<FastifyReply> {
  const first = await rows.next();
  const write = rowWriter(reply, endpoint);
  const text = async function* () {
    let separator = '{"status":"OK","reason":1,"list":[';
    let step = first;
    while (!step.done) {
      yield separator + write(step.value);
      separator = ',';
      step = await rows.next();
    }
    if (separator !== ',') yield separator;
    const beside = { ...step.value, ...(ignored.length > 0 && { ignored }) };
    yield `],${JSON.stringify(beside).slice(1)}\n`;
  };
  reply
    .header('content-type', 'application/json; charset=utf-8')
    .header('cache-control', 'no-store');
  return reply.send(Readable.from(text(), { objectMode: false, highWaterMark: 65_536 }));
}

function rowWriter(reply: FastifyReply, endpoint: Endpoint): (row: unknown) => string {
  const list = endpoint.answer.shape.list as z.ZodArray;
  const schema = z.toJSONSchema(list.element, { target: 'draft-7', io: 'output' });
  return reply.compileSerializationSchema(schema as Record<string, unknown>) as (
    row: unknown,
  ) => string;
}
