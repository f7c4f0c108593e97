/** The group `online`: the agents of an account. */
import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { changers, everyMember } from '../members.ts';
import { notDelivered } from '../people.ts';
import { accountIdCamel, agentId, server, serverOrMain } from './parameters.ts';

export const getAgents = endpoint({
  method: 'POST',
  path: '/api/online/getAgents',
  surface: 'partner',
  roles: everyMember,
  effect: 'read',
  summary: "List an account's agents",
  description:
    'By number. Of an agent whose membership still waits for consent nothing is told but what the membership itself holds.',
  request: { accountID: accountIdCamel, server: serverOrMain(50) },
  answer: z.object({
    accountID: z.int(),
    server: z.string(),
    totalagents: z.int(),
    totalAgents: z
      .int()
      .describe('The same number: the pages of the original disagree on the name.'),
    list: z.array(
      z.object({
        id: z.int(),
        create_time: z.int().describe('Unix time in seconds.'),
        email: z.string(),
        agent_name: z.string(),
        role: z.enum(['administrator', 'agent']),
        state: z
          .enum(['open', 'waiting'])
          .describe('`waiting`: named, but has not agreed to be here; `loginAgent` refuses.'),
        last_entered: z
          .int()
          .nullable()
          .describe(
            'When somebody last came in as this agent, by password or by link: Unix time in seconds, to the hour. Null: not yet.',
          ),
        two_factor_type: z.enum(['sms', 'email', 'totp']).nullable(),
        two_factor_phone: z.string().nullable(),
        two_factor_email: z.string().nullable(),
        not_delivered: notDelivered
          .nullable()
          .describe('Why the mail about the membership is not delivered; null when all is well.'),
      }),
    ),
  }),
  exampleAnswer: {
    accountID: 8,
    server: 'online',
    totalagents: 1,
    totalAgents: 1,
    list: [
      {
        id: 1,
        create_time: 1795442527,
        email: 'ada@example.com',
        agent_name: 'Ada Lovelace',
        role: 'administrator',
        state: 'open',
        last_entered: 1795449600,
        two_factor_type: 'email',
        two_factor_phone: null,
        two_factor_email: 'ada@example.com',
        not_delivered: null,
      },
    ],
  },
  reasons: ['server_not_found', 'account_not_found'],
});

export const loginAgent = endpoint({
  method: 'POST',
  path: '/api/online/loginAgent',
  surface: 'partner',
  roles: changers,
  effect: 'write',
  summary: 'Get a link that logs an agent in, once, within 5 minutes',
  description:
    'The link opens that one account, in a tab or in a frame of an origin that the operator allows, without password or second factor. It is used up by the page it opens, not by fetching it. Whoever has it can use it: send it to nobody, open it.',
  request: { accountID: accountIdCamel, agentID: agentId, server },
  answer: z.object({
    accountID: z.int(),
    agentID: z.int(),
    server: z.string(),
    login: z.string().describe("A URL on the account's server."),
  }),
  exampleAnswer: {
    accountID: 8,
    agentID: 1,
    server: 'online',
    login:
      'https://online.example.com/login-link/swb_ll_4Yq8bT2mXwV7cR1nKp0sLd9fGh3jQe6uZa5tBxMyNo',
  },
  reasons: [
    'access_token_invalid',
    'server_not_found',
    'account_not_found',
    'account_suspended',
    'agent_not_found',
  ],
});
