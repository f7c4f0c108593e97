/** Parameters that several calls of the group `online` share. */

import { parameter } from '../endpoint.ts';
import * as field from '../fields.ts';
import { MOST_ID } from '../limits.ts';

export const ID_RULE = `an integer from 1 to ${MOST_ID}`;
const SERVER_RULE = 'the subdomain that hosts the account: letters, digits and hyphens';

export const accountId = parameter(field.id, 'account_id_invalid', {
  rule: ID_RULE,
  example: 8,
  alias: 'accountID',
});
export const accountIdCamel = parameter(field.id, 'account_id_invalid', {
  rule: ID_RULE,
  example: 8,
  alias: 'account_id',
});
export const server = parameter(field.server(50), 'server_invalid', {
  rule: SERVER_RULE,
  example: 'online',
});
export const serverOrMain = (max: number) =>
  parameter(field.server(max), 'server_invalid', {
    rule: SERVER_RULE,
    example: 'online',
    optional: true,
  });

export const agentId = parameter(field.id, 'agent_id_invalid', { rule: ID_RULE, example: 1 });
