/**
 * When somebody last came in as an agent, to the hour. The gate says whose time is old; it is
 * written behind the requests, for many at once, and waits for nobody's lock: what is lost or
 * passed over is due again at the next request.
 */
import sql from 'sql-template-tag';
import type { Database } from '../database/database.ts';
import { type Loop, startLoop } from '../loop.ts';
import type { Entered } from './gate.ts';

type Came = { server: string; accountId: number; agentId: number };

// Only who is inside is in it; a node that meets more of them in a moment lets the rest wait.
const MOST_WAITING = 10_000;
const MOST_AT_ONCE = 1000;
const REST_MS = 250;

export class LastEntered {
  readonly #database: Database;
  readonly #waiting = new Map<string, Came>();
  #loop: Loop | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  start(): void {
    const everyMs = 60_000;
    this.#loop = startLoop(() => this.#writeAll(), { everyMs, restMs: REST_MS });
  }

  /** Somebody passed the gate. */
  note({ isEntryDue, server, accountId, agentId }: Entered): void {
    if (!isEntryDue || this.#waiting.size >= MOST_WAITING) return;
    this.#waiting.set(`${server}/${accountId}/${agentId}`, { server, accountId, agentId });
    this.#loop?.nudge();
  }

  /** Whoever came in until now is written first. */
  async stop(): Promise<void> {
    await this.#loop?.stop();
    await this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.size > 0) {
      const some = [...this.#waiting].slice(0, MOST_AT_ONCE);
      for (const [key] of some) this.#waiting.delete(key);
      // Without a database nobody comes in either.
      await this.#write(some.map(([, came]) => came)).catch(() => this.#waiting.clear());
    }
  }

  async #write(some: readonly Came[]): Promise<void> {
    await this.#database.write((db) =>
      db.query(sql`
        with due as (
          select g.server, g.account_id, g.agent_id
          from unnest(${some.map(({ server }) => server)}::text[],
                      ${some.map(({ accountId }) => accountId)}::integer[],
                      ${some.map(({ agentId }) => agentId)}::integer[])
            as came (server, account_id, agent_id)
          join agents g using (server, account_id, agent_id)
          where g.state = 'open'
            and (g.last_entered_at is null or g.last_entered_at < now() - interval '1 hour')
          for no key update of g skip locked
        )
        update agents g
        set last_entered_at = now()
        from due
        where g.server = due.server and g.account_id = due.account_id
          and g.agent_id = due.agent_id`),
    );
  }
}
