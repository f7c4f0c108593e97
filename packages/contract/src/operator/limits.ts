/** What the operator calls: the end of a lock-out. */
import { z } from 'zod';
import { endpoint, parameter } from '../endpoint.ts';
import { clientId } from './credentials.ts';
import { operator } from './operator.ts';

const address = z.union([z.ipv4(), z.ipv6()]);

export const clearLimits = endpoint({
  ...operator,
  path: '/operator/clearLimits',
  command: 'limits clear',
  effect: 'write',
  summary: 'End the lock-out of a client id, of an address, or of one at the other',
  description:
    'Failed tries are forgotten, so that the next one is heard at once; the limits stay. With `client_id` those for it, from everywhere; with `address` all that came from its network (IPv6: its /64 and /48), sign-ins and letters included; with both only those for that client id from that network.',
  request: {
    client_id: { ...clientId, optional: true as const },
    address: parameter(address, 'address_invalid', {
      rule: 'an IPv4 or IPv6 address; either it or client_id is needed',
      optional: true,
      example: '203.0.113.9',
      check: (value, before) =>
        value === undefined && before.client_id === undefined ? 'is missing' : undefined,
    }),
  },
  answer: z.object({
    blocks_ended: z.int().describe('Lock-outs that were in force.'),
    failures_forgotten: z.int().describe('Failed tries that counted towards one.'),
  }),
  reasons: ['credential_not_found'],
});
