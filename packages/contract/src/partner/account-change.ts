/** One of the changes that updateAccounts makes: updateAccount's parameters, and the revision. */
import { z } from 'zod';
import { type InputOf, parameter, type RequestOf } from '../endpoint.ts';
import * as field from '../fields.ts';
import { MOST_CHANGES } from '../limits.ts';
import { updateAccount } from './accounts.ts';
import { accountId, server } from './parameters.ts';

// More digits than a double is sure of are those of no revision.
const MOST_REVISION = 999_999_999_999_999;

/** What each of them is read by, as a request to updateAccount is. */
export const accountChange = {
  request: {
    ...updateAccount.request,
    revision: parameter(field.whole(1, MOST_REVISION), 'revision_mismatch', {
      rule: 'the revision of the account as it was answered, an integer',
      about:
        'What `If-Match` is to `updateAccount`: refuses the change if the account has changed.',
      optional: true,
    }),
  },
  slips: updateAccount.slips,
} as const;

/** One change as a client sends it. */
export type SentChange = RequestOf<typeof updateAccount> & { revision?: number | string };
/** One change as an operation gets it. */
export type AccountChange = InputOf<typeof updateAccount> & { revision?: number };

/** One change as it arrived, unjudged. */
type Unjudged = Readonly<Record<string, unknown>>;

/** A list of so many objects; what is in them is judged one by one, later. */
export const listOfChanges = z
  .unknown()
  .refine((value) => listProblem(value) === undefined) as unknown as z.ZodType<
  readonly Unjudged[],
  readonly SentChange[]
>;

/** Why something is no such list, as the end of the sentence "changes …". */
export function listProblem(value: unknown): string | undefined {
  if (!Array.isArray(value)) return 'is not a list';
  if (value.length === 0) return 'is an empty list';
  if (value.length > MOST_CHANGES) return `has ${value.length} changes`;
  const at = value.findIndex((each) => typeof each !== 'object' || !each || Array.isArray(each));
  return at < 0 ? undefined : `holds something else than an object as change ${at + 1}`;
}

/** Which account two changes name, as the end of the sentence "changes …"; undefined if none. */
export function namedTwice(changes: readonly Unjudged[]): string | undefined {
  const places = new Map<string, number>();
  for (const [index, change] of changes.entries()) {
    const account = accountOf(change);
    const first = account === undefined ? undefined : places.get(account);
    if (first !== undefined) return `names ${account} twice (as change ${first} and ${index + 1})`;
    if (account !== undefined) places.set(account, index + 1);
  }
  return undefined;
}

/** The account that a change names, whatever its spelling; undefined where it names none. */
function accountOf(change: Unjudged): string | undefined {
  const id = accountId.schema.safeParse(change.account_id ?? change.accountID);
  const at = server.schema.safeParse(change.server);
  return id.success && at.success ? `account ${id.data} on ${at.data}` : undefined;
}
