/** What a look at an account's Workflow Builder found. */
import { z } from 'zod';

export const builderStates = [
  'ok',
  'unreachable',
  'bad_tls',
  'server_error',
  'not_checked',
] as const;

export const builderCheck = z
  .object({
    state: z
      .enum(builderStates)
      .describe(
        '`ok`: it answered, with whatever is below 500. `unreachable`: no such name, refused, too slow or cut off. `bad_tls`: its certificate is not good. `server_error`: 500 or above. `not_checked`: not yet, or it is in a private network or a host of `BUILDER_HTTP_HOSTS`, or the installation looks at none.',
      ),
    at: z.iso.datetime().nullable().describe('When it was looked at; null until then.'),
    tls_days: z
      .int()
      .optional()
      .describe('Whole days for which its certificate was still good; absent without one.'),
  })
  .describe(
    'How the Workflow Builder was found, once a day; absent without a link. Of the link only scheme, host and port are used.',
  );
export type BuilderCheck = z.output<typeof builderCheck>;

export const exampleBuilderCheck: BuilderCheck = {
  state: 'ok',
  at: '2026-11-23T14:02:07.123Z',
  tls_days: 61,
};
