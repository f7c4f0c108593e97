/** An account that the operator holds: off, until the operator lets it be switched on. */
import { z } from 'zod';

export const HELD_REASON_LIMIT = 256;

export const held = z
  .object({
    reason: z.string().describe('The words of the operator.'),
    since: z.iso.datetime(),
  })
  .describe(
    'Present while the operator holds the account: it is off, and only the operator can end that.',
  );
export type Held = z.output<typeof held>;
