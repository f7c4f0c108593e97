/** The group `online`: the servers that accounts are on. */
import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { everyMember } from '../members.ts';

export const getServers = endpoint({
  method: 'GET',
  path: '/api/online/getServers',
  surface: 'partner',
  roles: everyMember,
  effect: 'read',
  summary: 'Get the servers that an account can be on',
  description: 'By name; the operator adds them, and none ever goes.',
  request: {},
  answer: z.object({
    list: z.array(
      z.object({
        server: z.string().describe('Its name, as every call takes it.'),
        main: z.boolean().describe('The one that is meant where `server` is left out.'),
        address: z.string().describe('Where the people of its accounts sign in.'),
      }),
    ),
  }),
  exampleAnswer: {
    list: [{ server: 'online', main: true, address: 'https://online.example.com' }],
  },
  reasons: [],
});
