/**
 * A partner's activity as a table for spreadsheets: `getActivity` page by page, for as long as the
 * reader may read it. RFC 4180 in UTF-8 with its mark; a cell that would run as a formula is text.
 */
import { Readable } from 'node:stream';
import { type Answer, endpoints, readRequest } from '@switchboard/contract';
import { stringify } from 'csv-stringify';
import type { FastifyInstance } from 'fastify';
import type { ByMember } from '../../operation.ts';
import { sendError } from '../partner/answers.ts';
import { type CallOptions, readingContext } from '../partner/call-context.ts';
import type { RateLimit } from '../partner/rate-limit.ts';
import { admit, type ConsoleDoorOptions } from './door.ts';

type Entry = Answer<'getActivity'>['list'][number];
type Options = CallOptions & ConsoleDoorOptions;

const PAGE = 200;
const COLUMNS: Record<string, (entry: Entry) => unknown> = {
  event_id: (entry) => entry.event_id,
  timestamp: (entry) => entry.timestamp,
  type: (entry) => entry.type,
  server: (entry) => entry.server,
  account_id: (entry) => entry.account_id,
  account_name: (entry) => entry.account_name,
  subject: (entry) => entry.subject?.name || entry.subject?.id,
  actor_kind: ({ actor }) => actor.kind,
  actor: ({ actor }) => actor.name || actor.id,
  status_reason: (entry) => entry.status_reason,
  changes: ({ changes }) => (Object.keys(changes).length > 0 ? JSON.stringify(changes) : ''),
  address: (entry) => entry.address,
  request_id: (entry) => entry.request_id,
};

/** Adds `GET /api/console/:partner/activity.csv`, with the filters of getActivity in the query. */
export function addActivityCsv(
  server: FastifyInstance,
  options: Options,
  rateLimit: RateLimit,
): void {
  server.route({
    method: 'GET',
    url: '/api/console/:partner/activity.csv',
    errorHandler: (error, request, reply) => void sendError(error, request, reply, 'strict'),
    handler: async (request, reply) => {
      const caller = await admit(request, endpoints.getActivity, options);
      request.partnerId = caller.partnerId;
      rateLimit.take(caller.partnerId, reply);
      const { input } = readRequest(
        endpoints.getActivity,
        request.query as Record<string, unknown>,
        'strict',
      );
      const ctx = readingContext<'getActivity'>(request, options, caller);
      const read = async (cursor: string | undefined) => {
        await admit(request, endpoints.getActivity, options);
        return options.operations.getActivity({ ...input, limit: PAGE, cursor }, ctx) as Promise<
          Answer<'getActivity'>
        >;
      };
      const rows = rowsOf(read, await read(undefined));
      const table = stringify({
        header: true,
        columns: Object.keys(COLUMNS),
        bom: true,
        escape_formulas: true,
      });
      const text = Readable.from(rows)
        .on('error', (error) => table.destroy(error))
        .pipe(table);
      reply
        .header('content-type', 'text/csv; charset=utf-8; header=present')
        .header('content-disposition', `attachment; filename="${fileName(caller)}"`)
        .header('cache-control', 'no-store');
      return reply.send(text);
    },
  });
}

/** The first page is read before anything is sent, so that a refusal is answered as one. */
async function* rowsOf(
  read: (cursor: string) => Promise<Answer<'getActivity'>>,
  first: Answer<'getActivity'>,
): AsyncGenerator<unknown[]> {
  for (let page = first; ; page = await read(page.next_cursor)) {
    for (const entry of page.list) yield Object.values(COLUMNS).map((cell) => cell(entry) ?? '');
    if (page.next_cursor === undefined) return;
  }
}

const fileName = ({ partnerId }: ByMember): string =>
  `activity-${partnerId}-${new Date().toISOString().slice(0, 10)}.csv`;
