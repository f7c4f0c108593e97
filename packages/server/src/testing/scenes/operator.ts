/** For tests of the operator: what a call left in the log of events. */
import sql from 'sql-template-tag';
import type { TestService } from '../service.ts';

/** The partner's events, the oldest first. */
export const eventsOf = (service: TestService, partner: number) =>
  service.database.read((db) =>
    db.query<{ type: string; actor_kind: string; changes: object }>(sql`
      select type, actor_kind, changes from events
      where partner_id = ${partner} order by event_id`),
  );
