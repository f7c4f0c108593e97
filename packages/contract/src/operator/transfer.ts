/**
 * Everything in, everything out. Their bodies stream, in one direction each, and are no parameters:
 * they stand beside `endpoints`, and their commands are written by hand.
 */
import { z } from 'zod';
import { type Endpoint, endpoint, parameter } from '../endpoint.ts';
import { operator } from './operator.ts';

export const transferEndpoints = {
  exportAll: endpoint({
    ...operator,
    path: '/operator/export',
    effect: 'read',
    summary: 'Write everything the database holds, as one consistent snapshot',
    request: {},
    answer: z.object({}),
    reasons: [],
  }),
  importAll: endpoint({
    ...operator,
    path: '/operator/import',
    effect: 'write',
    summary: 'Put an export in the place of what the database holds',
    request: {
      replace: parameter(z.enum(['true', 'false']), 'replace_invalid', {
        rule: 'true or false (default false)',
        optional: true,
      }),
      resume_webhooks: parameter(z.enum(['true', 'false']), 'resume_webhooks_invalid', {
        rule: 'true or false (default false)',
        optional: true,
      }),
    },
    answer: z.object({ rows: z.int(), tables: z.record(z.string(), z.int()) }),
    reasons: ['database_not_empty', 'import_invalid'],
  }),
} as const satisfies Record<string, Endpoint>;
