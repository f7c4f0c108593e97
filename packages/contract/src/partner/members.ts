/** The group `settings`: the people of a partner, who work in its console. */
import { z } from 'zod';
import { endpoint, parameter } from '../endpoint.ts';
import * as field from '../fields.ts';
import { administrators, everyMember, memberRoles, memberStates } from '../members.ts';
import { notDelivered } from '../people.ts';

const examplePerson = '1f0c9a52-6f0e-4d0b-9a37-0d2f5f3f1c11';

const personId = parameter(field.personId, 'person_id_invalid', {
  rule: 'the person_id of a member, as getMembers shows it',
  example: examplePerson,
});
const MEMBER = 'member_invalid';
const role = parameter(z.enum(memberRoles), MEMBER, {
  rule: 'administrator, operator or viewer',
  about:
    '`administrator`: everything; `operator`: accounts, but not credentials, people, webhook or profile; `viewer`: reads.',
  example: 'operator',
});

const memberAnswer = z.object({
  person_id: z.string(),
  email: z.string(),
  name: z.string().describe('As they were named; once they have joined, as they call themselves.'),
  role: z.enum(memberRoles),
  state: z
    .enum(memberStates)
    .describe(
      '`waiting`: invited, and has not accepted yet; `second_factor_needed`: enters nothing of yours until they set up a second factor, which `updatePartnerProfile` asks of everybody.',
    ),
  create_time: z.int().describe('When they were invited, Unix time in seconds.'),
  last_sign_in_time: z
    .int()
    .nullable()
    .describe(
      'When they last signed in to the console since they joined, Unix time in seconds; null when they have not.',
    ),
  has_second_factor: z.boolean().describe('False of everybody who has not joined yet.'),
  not_delivered: notDelivered
    .nullable()
    .describe('Why the mail with the invitation is not delivered; null when all is well.'),
});
const exampleMember = {
  person_id: examplePerson,
  email: 'noa@example.com',
  name: 'Noa Levi',
  role: 'operator',
  state: 'waiting',
  create_time: 1795442527,
  last_sign_in_time: null,
  has_second_factor: false,
  not_delivered: null,
} as const;

const byAdministrator = {
  surface: 'partner',
  roles: administrators,
  effect: 'write',
} as const;

export const getMembers = endpoint({
  method: 'GET',
  path: '/api/settings/getMembers',
  surface: 'partner',
  roles: everyMember,
  effect: 'read',
  summary: 'List your people: who works in the console, and who is invited',
  description: 'By the time at which they were invited.',
  request: {},
  answer: z.object({ list: z.array(memberAnswer) }),
  exampleAnswer: {
    list: [
      {
        ...exampleMember,
        person_id: '7a1d0f64-92c3-4b57-8f0e-3c6a5b1e2d90',
        email: 'ada@example.com',
        name: 'Ada Lovelace',
        role: 'administrator',
        state: 'open',
        last_sign_in_time: 1795442527,
        has_second_factor: true,
      },
      exampleMember,
    ],
  },
  reasons: [],
});

export const inviteMember = endpoint({
  ...byAdministrator,
  method: 'POST',
  path: '/api/settings/inviteMember',
  idempotent: true,
  summary: 'Invite somebody to work in your console',
  description:
    'They get a mail with a link and belong to you once they accept it, whoever they are; within 7 days, or invite them again. Nothing that they have changes by being named. Your administrators are told by mail.',
  request: {
    email: parameter(field.email(50), MEMBER, {
      rule: 'an e-mail address of at most 50 characters',
      example: 'noa@example.com',
    }),
    name: parameter(field.text(50), MEMBER, {
      rule: 'text of 1 to 50 characters',
      about: 'What the list calls them until they have joined.',
      example: 'Noa Levi',
    }),
    role,
  },
  answer: memberAnswer,
  exampleAnswer: exampleMember,
  reasons: ['access_token_invalid', 'members_full', 'already_member'],
});

export const inviteMemberAgain = endpoint({
  ...byAdministrator,
  method: 'POST',
  path: '/api/settings/inviteMemberAgain',
  summary: 'Mail an invitation once more',
  description:
    'Not within a minute of the last one; to somebody who has joined nothing is sent. The link of the new mail takes the place of those before it once it arrived.',
  request: { person_id: personId },
  answer: memberAnswer,
  exampleAnswer: exampleMember,
  reasons: ['access_token_invalid', 'member_not_found'],
});

export const updateMember = endpoint({
  ...byAdministrator,
  method: 'POST',
  path: '/api/settings/updateMember',
  summary: "Change a member's role",
  description:
    'At once, also for those who are signed in. Of the administrators who have joined one stays.',
  request: { person_id: personId, role },
  answer: memberAnswer,
  exampleAnswer: { ...exampleMember, role: 'viewer' },
  reasons: ['access_token_invalid', 'member_not_found', 'last_member_administrator'],
});

export const removeMember = endpoint({
  ...byAdministrator,
  method: 'DELETE',
  path: '/api/settings/removeMember',
  summary: 'Take somebody out of your people, or an invitation back',
  description:
    'When this is answered they can do nothing here any more; whoever works for nobody else is signed out of the console. As a person they stay, and so do their places in accounts. Your administrators are told by mail. Parameters in a JSON body or in the query.',
  request: { person_id: personId },
  answer: z.object({ person_id: z.string() }),
  exampleAnswer: { person_id: examplePerson },
  reasons: ['access_token_invalid', 'member_not_found', 'last_member_administrator'],
});
