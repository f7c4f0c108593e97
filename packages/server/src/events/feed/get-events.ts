/** A partner's feed: what happened, in the order in which it may be relied on. */
import { type Answer, feedEventTypes, type Input } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { loadAccount, mainServer, requireServer } from '../../accounts/account.ts';
import type { Db } from '../../database/database.ts';
import type { Context, EventHeard, Operation } from '../../operation.ts';
import { type FeedFilter, type FeedPage, type FeedRow, isOf, logNow, readFeed } from './feed.ts';
import { type FeedPosition, readFeedCursor, writeFeedCursor } from './feed-cursor.ts';

const USUAL_LIMIT = 100;

type Ctx = Context<'getEvents'>;

export const getEvents: Operation<'getEvents'> = async (input, ctx) => {
  const position = positionIn(input, ctx);
  const { page, filter } = await ctx.read(async (db) => {
    await requireThisLog(db, position, ctx);
    const filter = await filterOf(db, input, ctx);
    return { filter, page: await readOn(db, position, filter, input, ctx) };
  });
  const { wait = 0 } = input;
  const waits = wait > 0 && isEmpty(page);
  const answer = answerOf(waits ? await waitForMore(page, wait, filter, input, ctx) : page);
  if (waits || answer.next_cursor !== input.cursor) await keepOnDisk(ctx);
  return answer;
};

/**
 * A cursor calls transactions seen. Those whose end was not yet written when PostgreSQL crashes never
 * were, and their numbers are others': a commit after them writes them too. It holds the caller, who
 * may have lost the right while this waited.
 */
async function keepOnDisk(ctx: Ctx): Promise<void> {
  // A standby that is away keeps nobody from reading.
  await ctx.write((db) => db.query(sql`set local synchronous_commit = local`));
}

/** Registered before it is read again: what happens in between is not missed. */
async function waitForMore(
  first: FeedPage,
  seconds: number,
  filter: FeedFilter,
  input: Input<'getEvents'>,
  ctx: Ctx,
): Promise<FeedPage> {
  const wait = ctx.waitForEvents(wants(filter), seconds);
  if (!wait)
    throw ctx.refusal('rate_limited', {
      message: 'Ten requests of yours wait for events here already; let one of them be answered.',
      retryAfterSeconds: 1,
    });
  let page = first;
  try {
    do {
      await wait.ready();
      page = await ctx.read((db) => readOn(db, page.next, filter, input, ctx));
    } while (isEmpty(page) && (await wait.heard()));
  } finally {
    wait.leave();
  }
  return page;
}

const isEmpty = ({ rows, isPresent }: FeedPage): boolean => rows.length === 0 && isPresent;

const wants =
  (filter: FeedFilter) =>
  ({ type, server, account_id }: EventHeard): boolean =>
    filter.types.includes(type) &&
    (filter.server === null || filter.server === server) &&
    (filter.accountId === null || filter.accountId === account_id);

async function readOn(
  db: Db,
  position: FeedPosition | null,
  filter: FeedFilter,
  { limit = USUAL_LIMIT }: Input<'getEvents'>,
  ctx: Ctx,
): Promise<FeedPage> {
  const now = await requireThisLog(db, position, ctx);
  return readFeed(db, position, now, filter, limit);
}

function positionIn({ cursor }: Input<'getEvents'>, ctx: Ctx): FeedPosition | null {
  if (cursor === undefined) return null;
  const position = readFeedCursor(cursor);
  if (position) return position;
  throw ctx.refusal('paging_invalid', {
    parameter: 'cursor',
    message: 'cursor is not valid; it must be the next_cursor of an answer before.',
  });
}

async function requireThisLog(db: Db, position: FeedPosition | null, ctx: Ctx) {
  const now = await logNow(db);
  if (!position || isOf(position, now)) return now;
  throw ctx.refusal('paging_invalid', {
    parameter: 'cursor',
    message:
      'cursor is of a log that was replaced (an import, or a restored database); begin anew without a cursor.',
  });
}

async function filterOf(db: Db, input: Input<'getEvents'>, ctx: Ctx): Promise<FeedFilter> {
  const { account_id: accountId = null } = input;
  const server = input.server ?? (accountId === null ? null : await mainServer(db, ctx));
  if (server !== null && accountId !== null) await loadAccount(db, ctx, server, accountId);
  else if (server !== null) await requireServer(db, ctx, server);
  return { partnerId: ctx.partnerId, types: input.type ?? feedEventTypes, server, accountId };
}

const answerOf = ({ rows, next }: FeedPage): Answer<'getEvents'> => ({
  list: rows.map(toWire),
  next_cursor: writeFeedCursor(next),
});

const toWire = (row: FeedRow): Answer<'getEvents'>['list'][number] => ({
  event_id: row.event_id,
  type: row.type,
  timestamp: row.at.toISOString(),
  account_id: row.account_id,
  server: row.server,
  reference: row.reference,
  subject: row.subject,
  changes: row.changes,
  status_reason: row.status_reason,
  actor: { kind: row.actor_kind, id: row.actor_id },
  agent: row.agent,
  request_id: row.request_id,
});
