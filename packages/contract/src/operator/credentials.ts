/** What the operator calls: the credentials of partners. */
import { z } from 'zod';
import { endpoint, parameter } from '../endpoint.ts';
import * as field from '../fields.ts';
import { operator, partner } from './operator.ts';

export const clientId = parameter(z.string().regex(/^[\w-]{1,100}$/), 'client_id_invalid', {
  rule: 'a client id (swb_ci_…)',
});

const credentialAnswer = z.object({
  client_id: z.string(),
  partner: z.int(),
  label: z.string(),
  mode: z.enum(['strict', 'original']),
  create_time: z.int(),
  last_used_time: z.int().nullable(),
  state: z.enum(['active', 'revoked']),
});

export const createCredential = endpoint({
  ...operator,
  path: '/operator/createCredential',
  command: 'credential create',
  effect: 'write',
  summary: 'Make an API credential; its secret is shown this once',
  request: {
    partner,
    mode: parameter(z.enum(['strict', 'original']), 'mode_invalid', {
      rule: 'strict or original',
      optional: true,
    }),
    label: parameter(field.text(100), 'label_invalid', {
      rule: 'text of 1 to 100 characters',
      optional: true,
    }),
  },
  answer: credentialAnswer.extend({ client_secret: z.string() }),
  reasons: ['partner_not_found', 'credentials_full'],
});

export const rotateCredential = endpoint({
  ...operator,
  path: '/operator/rotateCredential',
  command: 'credential rotate',
  effect: 'write',
  summary: 'Make a new secret; the old one works on for the overlap',
  request: {
    client_id: clientId,
    overlap_hours: parameter(field.whole(0, 720), 'overlap_invalid', {
      rule: 'an integer from 0 to 720 (default 24)',
      optional: true,
    }),
  },
  answer: credentialAnswer.extend({
    client_secret: z.string(),
    old_secret_expires: z.int().describe('Unix time in seconds.'),
  }),
  reasons: ['credential_not_found'],
});

export const revokeCredential = endpoint({
  ...operator,
  path: '/operator/revokeCredential',
  command: 'credential revoke',
  effect: 'write',
  summary: 'Revoke a credential; its tokens die before this returns',
  request: { client_id: clientId },
  answer: credentialAnswer,
  reasons: ['credential_not_found'],
});

export const listCredentials = endpoint({
  ...operator,
  path: '/operator/listCredentials',
  command: 'credential list',
  effect: 'read',
  summary: 'List API credentials, never their secrets',
  request: { partner: { ...partner, optional: true as const } },
  answer: z.object({ list: z.array(credentialAnswer) }),
  reasons: ['partner_not_found'],
});
