/** What the operator calls: servers. */
import { z } from 'zod';
import { endpoint, parameter } from '../endpoint.ts';
import * as field from '../fields.ts';
import { operator } from './operator.ts';

const serverAnswer = z.object({ server: z.string(), main: z.boolean(), create_time: z.int() });

export const createServer = endpoint({
  ...operator,
  path: '/operator/createServer',
  command: 'server create',
  effect: 'write',
  summary: 'Register a server (a subdomain); the first one is the main server',
  request: {
    server: parameter(field.server(30), 'server_invalid', {
      rule: 'a DNS label of at most 30 characters',
    }),
  },
  answer: serverAnswer,
  reasons: ['server_exists'],
});

export const listServers = endpoint({
  ...operator,
  path: '/operator/listServers',
  command: 'server list',
  effect: 'read',
  summary: 'List the servers',
  request: {},
  answer: z.object({ list: z.array(serverAnswer) }),
  reasons: [],
});
