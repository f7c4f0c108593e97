/** What every call of the operator has, and the parameter that several share. */
import { parameter } from '../endpoint.ts';
import * as field from '../fields.ts';

export const operator = { method: 'POST', surface: 'operator' } as const;

export const partner = parameter(field.whole(1, 2_000_000_000), 'partner_invalid', {
  rule: 'the number of a partner',
});
