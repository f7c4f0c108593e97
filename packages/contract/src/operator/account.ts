/** How the operator names an account. */
import { parameter } from '../endpoint.ts';
import * as field from '../fields.ts';
import { ID_RULE } from '../partner/parameters.ts';

export const account = {
  account_id: parameter(field.id, 'account_id_invalid', { rule: ID_RULE, alias: 'accountID' }),
  server: parameter(field.server(50), 'server_invalid', { rule: 'the name of a server' }),
};
