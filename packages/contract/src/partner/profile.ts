/** The group `settings`: what a partner says of itself, and asks of its people. */
import { z } from 'zod';
import { endpoint, parameter } from '../endpoint.ts';
import * as field from '../fields.ts';
import { administrators, everyMember } from '../members.ts';

const PROFILE = 'profile_invalid';

const partnerAnswer = z.object({
  partner: z.int().describe('Your number.'),
  name: z.string(),
  support_name: z.string(),
  support_url: z.string(),
  support_email: z.string(),
  requires_second_factor: z.boolean(),
  create_time: z.int().describe('Unix time in seconds.'),
});
const examplePartner = {
  partner: 1,
  name: 'Example Agency',
  support_name: 'Example Support',
  support_url: 'https://example.com/support',
  support_email: 'support@example.com',
  requires_second_factor: false,
  create_time: 1795442527,
};

export const getPartner = endpoint({
  method: 'GET',
  path: '/api/settings/getPartner',
  surface: 'partner',
  roles: everyMember,
  effect: 'read',
  summary: 'Get your name, your support contact, and what you ask of your people',
  request: {},
  answer: partnerAnswer,
  exampleAnswer: examplePartner,
  reasons: [],
});

export const updatePartnerProfile = endpoint({
  method: 'POST',
  path: '/api/settings/updatePartnerProfile',
  surface: 'partner',
  roles: administrators,
  effect: 'write',
  summary: 'Change your name, your support contact, or what you ask of your people',
  description:
    'What is sent is changed, all of it or nothing. The support contact is shown to people whose account is disabled, and mails about their accounts name it.',
  request: {
    name: parameter(field.text(100), PROFILE, {
      rule: 'text of 1 to 100 characters',
      example: 'Example Agency',
      optional: true,
    }),
    support_name: parameter(field.text(100, { empty: true }), PROFILE, {
      rule: 'text of at most 100 characters, or "" to clear it',
      example: 'Example Support',
      optional: true,
    }),
    support_url: parameter(field.link(200), PROFILE, {
      rule: 'an absolute URL, or "" to clear it',
      example: 'https://example.com/support',
      optional: true,
    }),
    support_email: parameter(z.union([z.literal(''), field.email(100)]), PROFILE, {
      rule: 'an e-mail address, or "" to clear it',
      example: 'support@example.com',
      optional: true,
    }),
    requires_second_factor: parameter(z.boolean(), PROFILE, {
      rule: 'true or false',
      about:
        'Whether each of your people needs a second factor. Whoever has none enters nothing of yours until they set one up, and can do that in their profile.',
      example: false,
      optional: true,
    }),
  },
  answer: partnerAnswer,
  exampleAnswer: examplePartner,
  reasons: ['access_token_invalid'],
});
