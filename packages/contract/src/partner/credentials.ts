/** The group `settings`: the partner's own credentials. */
import { z } from 'zod';
import { endpoint, parameter } from '../endpoint.ts';
import * as field from '../fields.ts';
import { MOST_CREDENTIALS } from '../limits.ts';
import { administrators, everyMember } from '../members.ts';

const unixTime = (about: string) => z.int().describe(`${about} Unix time in seconds.`);

const credentialAnswer = z.object({
  name: z.string().describe('`""` for one that the operator made without a name.'),
  client_id: z.string(),
  mode: z.enum(['strict', 'original']),
  state: z.enum(['active', 'revoked']),
  create_time: unixTime('When it was made.'),
  last_used_time: z
    .int()
    .nullable()
    .describe('When a token was last asked for with it, to the minute. Unix time in seconds.'),
  last_used_address: z
    .string()
    .nullable()
    .describe('From where; both are null before the first time.'),
  old_secret: z
    .object({
      expires_time: unixTime('When the last of the secrets from before ends.'),
      last_used_time: z
        .int()
        .nullable()
        .describe('When one of them was last used, to the minute. Unix time in seconds.'),
    })
    .nullable()
    .describe('Only during the overlap of a rotation: whether somebody still uses the old secret.'),
});

const clientSecret = z.string().describe('`swb_cs_…`, shown in this answer and never again.');

const exampleCredential = {
  name: 'CRM',
  client_id: 'swb_ci_4Yq8bT2mXw',
  mode: 'strict',
  state: 'active',
  create_time: 1795528927,
  last_used_time: null,
  last_used_address: null,
  old_secret: null,
};
const exampleSecret = 'swb_cs_the-secret-that-is-shown-once';

const clientId = parameter(z.string().regex(/^[\w-]{1,100}$/), 'api_client_id_invalid', {
  rule: 'the client id of one of your credentials (`swb_ci_…`)',
  example: 'swb_ci_4Yq8bT2mXw',
});
const name = parameter(field.text(100), 'credential_name_invalid', {
  rule: 'text of 1 to 100 characters',
  about: 'What people call it: the program that uses it.',
  example: 'CRM',
});

const ofAdministrators = {
  method: 'POST',
  surface: 'partner',
  roles: administrators,
  effect: 'write',
} as const;

export const createApiCredential = endpoint({
  ...ofAdministrators,
  path: '/api/settings/createApiCredential',
  asksPassword: true,
  summary: 'Make a credential; its secret is shown this once',
  description: `One for each program: then each can be rotated and revoked by itself, and the log tells them apart. At most ${MOST_CREDENTIALS} are in force at a time. The answer is the only one that holds the secret; if it was lost, rotate.`,
  request: {
    name,
    mode: parameter(z.enum(['strict', 'original']), 'credential_mode_invalid', {
      rule: '`strict` or `original`',
      about: 'How strictly its requests are read; the installation says what it is by default.',
      optional: true,
    }),
  },
  answer: credentialAnswer.extend({ client_secret: clientSecret }),
  exampleAnswer: { ...exampleCredential, client_secret: exampleSecret },
  reasons: ['access_token_invalid', 'credentials_full'],
});

export const listApiCredentials = endpoint({
  method: 'GET',
  path: '/api/settings/listApiCredentials',
  surface: 'partner',
  roles: everyMember,
  effect: 'read',
  summary: 'List your credentials, never their secrets',
  description:
    'The oldest first: all that are in force, and of those that were revoked the 50 made last.',
  request: {},
  answer: z.object({ list: z.array(credentialAnswer) }),
  exampleAnswer: {
    list: [
      {
        ...exampleCredential,
        last_used_time: 1795615327,
        last_used_address: '203.0.113.7',
        old_secret: { expires_time: 1795701727, last_used_time: 1795612207 },
      },
    ],
  },
  reasons: [],
});

export const updateApiCredential = endpoint({
  ...ofAdministrators,
  path: '/api/settings/updateApiCredential',
  summary: 'Give a credential another name',
  request: { client_id: clientId, name },
  answer: credentialAnswer,
  exampleAnswer: exampleCredential,
  reasons: ['access_token_invalid', 'api_credential_not_found'],
});

export const rotateApiCredential = endpoint({
  ...ofAdministrators,
  path: '/api/settings/rotateApiCredential',
  asksPassword: true,
  summary: 'Make a new secret; the old one works on for the overlap',
  description:
    'Give your program the new secret within the overlap; `old_secret` in `listApiCredentials` says whether the old one is still used. Tokens, login links and sessions of before go on. Secrets from an earlier rotation keep their end, or end with the overlap if that is sooner.',
  request: {
    client_id: clientId,
    overlap_hours: parameter(field.whole(0, 720), 'credential_overlap_invalid', {
      rule: 'an integer from 0 to 720 (default 24)',
      optional: true,
    }),
  },
  answer: credentialAnswer.extend({ client_secret: clientSecret }),
  exampleAnswer: {
    ...exampleCredential,
    old_secret: { expires_time: 1795701727, last_used_time: null },
    client_secret: exampleSecret,
  },
  reasons: ['access_token_invalid', 'api_credential_not_found'],
});

export const revokeApiCredential = endpoint({
  ...ofAdministrators,
  path: '/api/settings/revokeApiCredential',
  asksPassword: true,
  summary: 'Revoke a credential; what it made dies before this returns',
  description:
    'Its secrets and tokens, its unused login links and the sessions that its links made end for good. A credential may revoke itself: this is the last answer to its token.',
  request: { client_id: clientId },
  answer: credentialAnswer,
  exampleAnswer: { ...exampleCredential, state: 'revoked' },
  reasons: ['access_token_invalid', 'api_credential_not_found'],
});
