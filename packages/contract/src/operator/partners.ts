/** What the operator calls: partners. */
import { z } from 'zod';
import { endpoint, parameter } from '../endpoint.ts';
import * as field from '../fields.ts';
import { operator, partner } from './operator.ts';

const name = parameter(field.text(100), 'name_invalid', { rule: 'text of 1 to 100 characters' });
const support = (schema: z.ZodType<string, string>, rule: string) =>
  parameter(schema, 'support_invalid', { rule: `${rule}, or "" to clear it`, optional: true });
const supportContact = {
  support_name: support(field.text(100, { empty: true }), 'text of at most 100 characters'),
  support_url: support(field.link(200), 'an absolute URL'),
  support_email: support(z.union([z.literal(''), field.email(100)]), 'an e-mail address'),
};

const partnerAnswer = z.object({
  partner: z.int(),
  name: z.string(),
  state: z.enum(['active', 'suspended']),
  accounts: z.int(),
  support_name: z.string(),
  support_url: z.string(),
  support_email: z.string(),
  create_time: z.int(),
});

export const createPartner = endpoint({
  ...operator,
  path: '/operator/createPartner',
  command: 'partner create',
  effect: 'write',
  summary: 'Register a partner',
  request: { name, ...supportContact },
  answer: partnerAnswer,
  reasons: [],
});

export const updatePartner = endpoint({
  ...operator,
  path: '/operator/updatePartner',
  command: 'partner update',
  effect: 'write',
  summary: "Change a partner's name or support contact",
  request: { partner, name: { ...name, optional: true as const }, ...supportContact },
  answer: partnerAnswer,
  reasons: ['partner_not_found'],
});

export const listPartners = endpoint({
  ...operator,
  path: '/operator/listPartners',
  command: 'partner list',
  effect: 'read',
  summary: 'List the partners',
  request: {},
  answer: z.object({ list: z.array(partnerAnswer) }),
  reasons: [],
});

export const suspendPartner = endpoint({
  ...operator,
  path: '/operator/suspendPartner',
  command: 'partner suspend',
  effect: 'write',
  summary: "Cut a partner's people and tokens; its customers' accounts go on",
  request: { partner },
  answer: partnerAnswer,
  reasons: ['partner_not_found'],
});

export const resumePartner = endpoint({
  ...operator,
  path: '/operator/resumePartner',
  command: 'partner resume',
  effect: 'write',
  summary: 'Let a suspended partner in again; it needs new tokens',
  request: { partner },
  answer: partnerAnswer,
  reasons: ['partner_not_found'],
});
