/** For tests: requests that are in order, made from the contract's own examples. */
import assert from 'node:assert/strict';
import type { Endpoint } from '@switchboard/contract';

/** @param optional also what may be left out, where it has an example */
export function exampleRequest(
  { path, request }: Endpoint,
  { optional = false } = {},
): Record<string, unknown> {
  const sent: Record<string, unknown> = {};
  for (const [name, parameter] of Object.entries(request)) {
    if (!parameter.optional)
      assert.notEqual(parameter.example, undefined, `${path}: ${name} needs an example`);
    if (parameter.example !== undefined && (optional || !parameter.optional))
      sent[name] = parameter.example;
  }
  return sent;
}

/** The parameter that names the account; undefined for a call that names none. */
export const accountParameter = ({ request }: Endpoint): string | undefined =>
  Object.entries(request).find(([name, { alias = '' }]) =>
    [name, alias].some((spelling) => spelling === 'account_id' || spelling === 'accountID'),
  )?.[0];

/** The parameter that lists what is judged by itself, each as a request is; undefined for most. */
export const listOf = ({ request }: Endpoint): string | undefined =>
  Object.entries(request).find(([, { each }]) => each !== undefined)?.[0];

/** Parameters where the endpoint takes them. */
export const placed = ({ method }: Endpoint, parameters: Record<string, unknown>) =>
  method === 'GET'
    ? { query: `?${new URLSearchParams(parameters as Record<string, string>)}` }
    : { body: parameters };
