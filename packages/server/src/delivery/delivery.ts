/** A delivery: one event on its way to its partner's address, and its form on the wire. */
import { MOST_ATTEMPTS, type WebhookEventType } from '@switchboard/contract';
import sql, { type Sql } from 'sql-template-tag';

type AttemptRow = {
  /** As JSON has it. */
  at: string;
  outcome: string;
  http_status: number | null;
  milliseconds: number;
  answer: string | null;
};

export type DeliveryRow = {
  event_id: number;
  type: WebhookEventType;
  account_id: number;
  server: string;
  state: 'waiting' | 'delivered' | 'failed';
  /** Unix time in seconds. */
  create_time: number;
  next_attempt_at: Date | null;
  attempts: AttemptRow[];
};

/** Of the deliveries `d` and their events `e`, joined by `DELIVERY_JOINS`. */
export const DELIVERY_COLUMNS: Sql = sql`
  d.event_id, e.type, d.account_id, d.server, d.state,
  floor(extract(epoch from d.created_at))::bigint as create_time,
  case when d.state = 'waiting' and w.url <> '' and w.paused_at is null
    and not exists (
      select from deliveries before
      where before.server = d.server and before.account_id = d.account_id
        and before.state = 'waiting' and before.event_id < d.event_id)
    then greatest(l.due_at, w.open_at) end as next_attempt_at,
  tried.attempts`;

export const DELIVERY_JOINS: Sql = sql`
  join events e using (event_id)
  left join webhooks w on w.partner_id = d.partner_id
  left join delivery_lanes l on l.server = d.server and l.account_id = d.account_id
  cross join lateral (
    select coalesce(jsonb_agg(to_jsonb(t) order by t.at), '[]') as attempts
    from (
      select at, outcome, http_status, milliseconds, answer
      from delivery_attempts
      where event_id = d.event_id
      order by at desc
      limit ${MOST_ATTEMPTS}
    ) t
  ) tried`;

export function deliveryToWire(row: DeliveryRow) {
  const { event_id, type, account_id, server, state, attempts, next_attempt_at } = row;
  return {
    ...{ delivery_id: event_id, event_id, type, account_id, server, state },
    attempts: attempts.map((attempt) => ({ ...attempt, at: new Date(attempt.at).toISOString() })),
    next_attempt_at: next_attempt_at?.toISOString() ?? null,
    create_time: row.create_time,
  };
}
