/** Many accounts changed in one call, each by itself; or what that would do. */
import {
  type Answer,
  accountChange,
  errorOf,
  type Input,
  type ReasonName,
  Refusal,
  readRequest,
} from '@switchboard/contract';
import { DatabaseUnavailable, type GatheredStatement } from '../../database/database.ts';
import { GATHER_DEFAULTS } from '../../database/gather.ts';
import type { Context, Operation } from '../../operation.ts';
import { judgedUpdate, type RefuseUpdate, updateOf } from './account-update.ts';
import { previewUpdateStatements, type UpdatePreviewed } from './preview-update-statement.ts';
import {
  type AccountUpdate,
  type AccountUpdated,
  updateAccountStatements,
} from './update-account-statement.ts';

type Ctx = Context<'updateAccounts'>;
type Answered = Answer<'updateAccounts'>['list'][number];

/** What each change is answered once its statement has run; throws what refuses it. */
type AnswerOf<Outcome> = (
  outcome: Outcome,
  update: AccountUpdate,
) => Omit<Answered, 'status' | 'reason'>;

/**
 * Piece by piece, so that nobody waits for all of them, and memory holds one piece beside the list.
 * A call that makes nothing since its authority ended, or the database is away, fails as a whole.
 */
export const updateAccounts: Operation<'updateAccounts'> = async (input, ctx) => {
  const signedOut = new Set<string>();
  const isDryRun = input.dry_run === 1;
  const { kind } = ctx.caller;
  const list = isDryRun
    ? await answerEach(input, ctx, previewUpdateStatements[kind], (...each) =>
        previewed(...each, signedOut),
      )
    : await answerEach(input, ctx, updateAccountStatements[kind], (...each) => made(...each, ctx));
  const done = list.filter(({ status }) => status === 'OK').length;
  const over = list.find(({ code }) => AUTHORITY_ENDED.has(code ?? ''));
  if (done === 0 && over) throw new Refusal(over.code as ReasonName);
  return { done, refused: list.length - done, ...(isDryRun && { people: signedOut.size }), list };
};

/** What a change is refused with whose caller may not call any more. */
const AUTHORITY_ENDED: ReadonlySet<string> = new Set(['access_token_invalid', 'session_missing']);

function made(
  outcome: AccountUpdated,
  update: AccountUpdate,
  ctx: Ctx,
): ReturnType<AnswerOf<AccountUpdated>> {
  const account = judgedUpdate(outcome, update, refusal);
  if (!outcome.suspended) return account;
  ctx.cut(account.server, account.account_id);
  return { ...account, suspended: outcome.suspended };
}

function previewed(
  outcome: UpdatePreviewed,
  update: AccountUpdate,
  signedOut: Set<string>,
): ReturnType<AnswerOf<UpdatePreviewed>> {
  const account = judgedUpdate(outcome, update, refusal);
  const { changes, people, sessions, loginLinks } = outcome;
  for (const person of people) signedOut.add(person);
  const would_end = { people: people.length, sessions, login_links: loginLinks };
  return { ...account, changes, would_end };
}

/** @throws DatabaseUnavailable when it kept the call from making anything */
async function answerEach<Outcome>(
  { changes }: Input<'updateAccounts'>,
  ctx: Ctx,
  statement: GatheredStatement<AccountUpdate, Outcome>,
  answerOf: AnswerOf<Outcome>,
): Promise<Answered[]> {
  const { most } = GATHER_DEFAULTS;
  const list: Answered[] = [];
  let away: DatabaseUnavailable | undefined;
  for (let from = 0; from < changes.length; from += most) {
    const piece = changes.slice(from, from + most).map((sent) => readChange(sent, ctx));
    const updates = piece.flatMap(({ update }) => update ?? []);
    // Without a database each piece would wait as long for the same answer.
    const outcomes = away?.lost ? [] : await ctx.gatheredMany(statement, updates);
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') continue;
      ctx.noteFault(outcome.reason);
      if (outcome.reason instanceof DatabaseUnavailable && !away?.lost) away = outcome.reason;
    }
    let next = 0;
    for (const { update, ignored, refused } of piece)
      list.push({
        ...(update ? settled(outcomes[next++], update, answerOf, ctx) : told(refused)),
        ...(ignored.length > 0 && { ignored }),
      });
  }
  if (away && list.every(({ status }) => status === 'FAIL')) throw away;
  return list;
}

type Read = { update?: AccountUpdate; refused?: Refusal; ignored: string[] };

function readChange(sent: Readonly<Record<string, unknown>>, ctx: Ctx): Read {
  try {
    const { input, ignored } = readRequest(accountChange, sent, ctx.caller.mode);
    const { revision, ...change } = input as Parameters<typeof updateOf>[0];
    const ifMatch = revision === undefined ? undefined : [revision];
    return { update: updateOf(change, ifMatch, ctx, refusal), ignored };
  } catch (error) {
    return { refused: refusalOf(error, ctx), ignored: [] };
  }
}

/** Nothing in place of an outcome: the statement was not tried. */
function settled<Outcome>(
  outcome: PromiseSettledResult<Outcome> | undefined,
  update: AccountUpdate,
  answerOf: AnswerOf<Outcome>,
  ctx: Ctx,
): Answered {
  if (outcome?.status !== 'fulfilled') {
    const passes = !outcome || outcome.reason instanceof DatabaseUnavailable;
    return told(new Refusal(passes ? 'unavailable' : 'internal_error'));
  }
  try {
    return { status: 'OK', reason: 1, ...answerOf(outcome.value, update) };
  } catch (error) {
    return told(refusalOf(error, ctx));
  }
}

/** What was made before must be told, whatever happens to one. */
function refusalOf(error: unknown, ctx: Ctx): Refusal {
  if (error instanceof Refusal) return error;
  ctx.noteFault(error);
  return new Refusal('internal_error');
}

function told(refused: Refusal = new Refusal('internal_error')): Answered {
  const { revision } = refused.details;
  return { status: 'FAIL', ...errorOf(refused), ...(revision !== undefined && { revision }) };
}

const refusal: RefuseUpdate = (reason, details = {}) =>
  new Refusal(reason, reason === 'revision_mismatch' ? { ...details, message: STALE } : details);

const STALE =
  'The account has changed since that revision; the one it has now is in revision of this answer.';
