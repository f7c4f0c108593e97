/** The group `settings`: the access token. */
import { z } from 'zod';
import { endpoint, parameter } from './endpoint.ts';

const secretText = z
  .string()
  .max(512)
  .refine((value) => value.isWellFormed());

export const accessToken = endpoint({
  method: 'POST',
  path: '/api/settings/accessToken',
  surface: 'public',
  effect: 'write',
  summary: 'Get an access token for client credentials',
  description:
    'The token lives for one hour; earlier tokens stay valid until they expire. Any other parameter is ignored.',
  lenient: true,
  request: {
    client_id: parameter(secretText, 'client_invalid', { rule: 'the client id (`swb_ci_…`)' }),
    client_secret: parameter(secretText, 'client_invalid', {
      rule: 'the secret that was shown with the client id (`swb_cs_…`)',
    }),
  },
  answer: z.object({
    access_token: z.string().describe('256 random bits with the prefix `swb_at_`.'),
    expiration_time: z.string().describe('When the token expires: Unix time in seconds.'),
    token_type: z.literal('Bearer'),
  }),
  reasons: ['too_many_failures'],
});
