/** For tests: the feed walked to its end, and what each step of the way costs. */
import assert from 'node:assert/strict';
import sql from 'sql-template-tag';
import type { Database, Db, Statement } from '../../database/database.ts';
import { type FeedFilter, logNow, readFeed } from '../../events/feed/feed.ts';
import { readFeedCursor } from '../../events/feed/feed-cursor.ts';

const LIMIT = 100;
const EVENTS = 200_000;
const BATCH = 5_000;

/**
 * 200,000 events of two partners in turn, with a milestone after every 5,000, and once one more
 * while such a batch is under way; four of the first one's are `account.restored`, of account 1077.
 */
export async function fillLog(
  database: Database,
  [first, second]: [number, number],
  milestone: () => Promise<unknown>,
): Promise<void> {
  for (let done = 0; done < EVENTS; done += BATCH) {
    const batch = await database.begin();
    await batch.query(sql`
      insert into events (type, partner_id, server, account_id, actor_kind, actor_id)
      select
        case when n = 77 and ${done % 50_000 === 0} then 'account.restored'
          else 'account.updated' end,
        case when n % 2 = 1 then ${first}::integer else ${second}::integer end,
        'online', 1000 + n % 100, 'system', 'test'
      from generate_series(1, ${BATCH}::integer) n`);
    if (done === EVENTS / 2) {
      // Something later ends first, so that the snapshot names the batch as under way.
      await database.write((db) => db.query(sql`select pg_current_xact_id()`));
      await milestone();
    }
    await batch.commit();
    await milestone();
  }
  await database.write((db) => db.query(sql`analyze events`));
}

export type Walk = {
  /** Numbers of events, in the order of the feed. */
  found: number[];
  steps: number;
  /** Rows of the log that the dearest step touched. */
  dearest: number;
};

/** @param cursor null for the beginning */
export async function walkFeed(
  database: Database,
  cursor: string | null,
  filter: FeedFilter,
): Promise<Walk> {
  const walk: Walk = { found: [], steps: 0, dearest: 0 };
  let position = cursor === null ? null : (readFeedCursor(cursor) ?? assert.fail());
  for (let isPresent = false; !isPresent; walk.steps += 1) {
    let touchedRows = 0;
    const page = await database.read(async (db) => {
      const counting: Db = {
        query: async <Row>(statement: Statement) => {
          touchedRows += await rowsTouched(db, statement);
          return db.query<Row>(statement);
        },
      };
      return readFeed(counting, position, await logNow(db), filter, LIMIT);
    });
    walk.found.push(...page.rows.map(({ event_id }) => event_id));
    walk.dearest = Math.max(walk.dearest, touchedRows);
    position = page.next;
    isPresent = page.isPresent;
  }
  return walk;
}

/** How many rows of the log a statement touches, by PostgreSQL's own account. */
async function rowsTouched(db: Db, { text, values }: Statement): Promise<number> {
  const [explained] = await db.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>({
    text: `explain (analyze, format json) ${text}`,
    values,
  });
  return touched(explained?.['QUERY PLAN'][0].Plan ?? assert.fail());
}

type Plan = {
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
};

function touched(plan: Plan): number {
  const below = (plan.Plans ?? []).reduce((sum, each) => sum + touched(each), 0);
  if (plan['Relation Name'] !== 'events') return below;
  const perLoop = plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0);
  return below + perLoop * plan['Actual Loops'];
}
