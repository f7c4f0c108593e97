/** The group `settings`: the access token. */
import { z } from 'zod';
import { endpoint, parameter } from '../endpoint.ts';

const secretText = z
  .string()
  .max(512)
  .refine((value) => value.isWellFormed() && !value.includes('\0'));

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
    client_id: parameter(secretText, 'client_invalid', {
      rule: 'the client id (`swb_ci_…`)',
      example: 'swb_ci_4Yq8bT2mXw',
    }),
    client_secret: parameter(secretText, 'client_invalid', {
      rule: 'the secret that was shown with the client id (`swb_cs_…`)',
      example: 'swb_cs_the-secret-that-was-shown-once',
    }),
  },
  answer: z.object({
    access_token: z.string().describe('256 random bits with the prefix `swb_at_`.'),
    expiration_time: z.string().describe('When the token expires: Unix time in seconds.'),
    token_type: z.literal('Bearer'),
  }),
  exampleAnswer: {
    access_token: 'swb_at_7fN0wqk2Jc5mVbXy1RZs8tLhUa3dGePo6iQ4xTz9KuE',
    expiration_time: '1795528927',
    token_type: 'Bearer',
  },
  reasons: ['too_many_failures'],
});
