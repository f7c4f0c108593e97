import { test } from 'node:test';
import type { Context, Operations } from './operation.ts';
import { operations } from './operations.ts';

// Held by the compiler: `npm test` fails on a directive that has nothing to expect.
test('an operation that refuses with an undeclared reason does not compile', () => {
  const refuses = (ctx: Context<'getAccount'>) => [
    ctx.refusal('account_not_found'),
    // @ts-expect-error: getAccount declares no such reason.
    ctx.refusal('account_name_invalid'),
  ];
  void refuses;
});

test('an endpoint without an operation does not compile', () => {
  const { updateAccount, ...others } = operations;
  // @ts-expect-error: updateAccount is missing.
  const incomplete: Operations = others;
  void [updateAccount, incomplete];
});
