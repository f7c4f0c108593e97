/** Headers that every answer has, whoever writes it. */
import {
  type IncomingMessage,
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http';

export const everyHeader = { 'x-content-type-options': 'nosniff' } as const;

type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[];

/**
 * A server's answers: those that are written to the connection without Fastify cannot forget the
 * headers either. (`setHeader` before the handler costs more: Node then copies all of them.)
 */
export class Answer<
  Request extends IncomingMessage = IncomingMessage,
> extends ServerResponse<Request> {
  override writeHead(status: number, reason?: string | Headers, headers?: Headers): this {
    const own = typeof reason === 'string' ? headers : reason;
    if (own && !Array.isArray(own)) Object.assign(own, everyHeader);
    else for (const [name, value] of Object.entries(everyHeader)) this.setHeader(name, value);
    return typeof reason === 'string'
      ? super.writeHead(status, reason, headers)
      : super.writeHead(status, reason);
  }
}
