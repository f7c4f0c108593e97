/**
 * What became of the tries of a lane, and what follows from it for the delivery, its lane and the
 * address: one statement, for one lane or many. A try whose lease was lost counts for nothing.
 */
import type { GatheredStatement } from '../../database/database.ts';
import { FAILURES_OF_TROUBLE, LADDER, MOST_TRIES } from './ladder.ts';

export type Try = {
  eventId: number;
  /** When it began. */
  at: Date;
  /** `delivered`, or what went wrong. */
  outcome: string;
  httpStatus: number | undefined;
  milliseconds: number;
  /** The start of the answer. */
  answer: string | undefined;
  /** At most a day. */
  retryAfterSeconds: number | undefined;
};

export type LaneTried = {
  server: string;
  accountId: number;
  partnerId: number;
  lease: string;
  /** Of an address in trouble, tried to see whether it takes again. */
  isProbe: boolean;
  /** Where they were sent: the partner may have another address by now. */
  url: string;
  /** In the order of the lane; only the last may have failed. */
  tries: Try[];
};

export type LaneRecorded = {
  /** More waits there. */
  waits: boolean;
  /** The address takes again: what waits is due. */
  recovered: boolean;
};

// Seconds after the nth failure, at random 10 % more or less.
const after = (n: string): string => `
  (array[${LADDER}])[least(greatest(${n}, 1), ${LADDER.length})] * (0.9 + random() * 0.2)
    * interval '1 second'`;

const TEXT = `
with lane as materialized (
  select call.*
  from (select set_config('synchronous_commit', 'off', true) as off) setting,
       unnest($1::text[], $2::integer[], $3::integer[], $4::uuid[], $5::boolean[],
              $6::text[], $7::jsonb[])
         with ordinality as call (server, account_id, partner_id, lease, is_probe, url, tries,
           position)
  where setting.off = 'off'
),
-- Before any lane, as everybody who holds both.
address as materialized (
  select w.partner_id, w.url, w.failures, w.failing_since, w.probes, w.paused_at, w.last_success_at
  from webhooks w
  where w.partner_id in (select partner_id from lane)
  order by w.partner_id
  for no key update
),
held as materialized (
  select l.server, l.account_id, lane.partner_id, lane.position, lane.is_probe, lane.url, lane.tries
  from lane
  join delivery_lanes l on l.server = lane.server and l.account_id = lane.account_id
    and l.lease = lane.lease
  where l.server = any ($1) and l.account_id = any ($2)
  order by l.server, l.account_id
  for no key update of l
),
tried as materialized (
  select h.position, h.partner_id, h.server, h.account_id, h.is_probe, t.*,
    -- What another address refused, which was set meanwhile, says nothing of this one.
    h.url = a.url as is_its_address,
    t.outcome = 'delivered' as taken, t.at + t.milliseconds * interval '1 millisecond' as until
  from held h
  join address a using (partner_id)
  cross join lateral jsonb_to_recordset(h.tries) as t (event_id bigint, at timestamptz,
    outcome text, http_status smallint, milliseconds integer, answer text, retry_after integer)
),
-- Of each address: what it took last, and what it refused since. Grouped, never each with each.
last as materialized (
  select partner_id, max(until) filter (where taken) as took
  from tried
  where is_its_address
  group by partner_id
),
since as materialized (
  select t.partner_id, count(*)::integer as refused, bool_or(t.http_status = 410) as is_gone,
    bool_or(t.is_probe) as was_probe, max(t.retry_after) as rest
  from tried t
  join last using (partner_id)
  where t.is_its_address and not t.taken and t.until > coalesce(last.took, '-infinity')
  group by t.partner_id
),
run as materialized (
  select a.*, last.took, coalesce(s.is_gone, false) as is_gone,
    now() + s.rest * interval '1 second' as rests_until,
    coalesce(s.was_probe, false) as was_probe,
    case when last.took is null then a.failures else 0 end + coalesce(s.refused, 0) as in_a_row
  from address a
  left join last using (partner_id)
  left join since s using (partner_id)
),
judged as materialized (
  select run.*,
    case
      when in_a_row = 0 then null
      -- What was under way when the trouble began is no probe.
      when took is null and probes is not null then probes + was_probe::integer
      when in_a_row >= ${FAILURES_OF_TROUBLE} or is_gone then 0
    end as probes_now,
    took is not null and (probes is not null or paused_at is not null) as recovered
  from run
),
told as (
  update webhooks w
  set failures = j.in_a_row,
      failing_since = case when j.in_a_row = 0 then null
                           when j.took is not null then now()
                           else coalesce(w.failing_since, now()) end,
      -- least() passes over what is null.
      last_success_at = greatest(w.last_success_at,
        case when j.took is not null then least(j.took, now()) end),
      probes = j.probes_now,
      paused_at = case when j.took is null then w.paused_at end,
      -- What was under way when the address asked for a rest does not end it.
      open_at = case
        when j.probes_now is null then
          coalesce(j.rests_until, case when j.recovered then '-infinity' else w.open_at end)
        when j.probes_now is not distinct from w.probes and j.took is null then
          greatest(w.open_at, j.rests_until)
        else greatest(w.open_at, j.rests_until, now() + ${after('j.probes_now + 1')}) end
  from judged j
  where w.partner_id = j.partner_id
    and ((j.in_a_row, j.probes_now, j.rests_until)
           is distinct from (w.failures, w.probes, null::timestamptz)
         or w.paused_at is not null and j.took is not null
         or j.took > coalesce(w.last_success_at, '-infinity') + interval '10 seconds')
),
kept as (
  insert into delivery_attempts (event_id, at, outcome, http_status, milliseconds, answer)
  select event_id, at, outcome, http_status, milliseconds, answer from tried
),
changed as (
  update deliveries d
  set state = case
        when t.taken then 'delivered'
        when d.tries + t.counts >= ${MOST_TRIES}
          and greatest(t.last_success_at, t.took) > coalesce(d.first_failed_at, t.until) then 'failed'
        else 'waiting' end,
      tries = least(d.tries + t.counts, ${MOST_TRIES}),
      first_failed_at = case when t.taken then d.first_failed_at
                             else coalesce(d.first_failed_at, least(t.at, now())) end
  from (
    select tried.*, j.last_success_at, j.took,
      (not taken and is_its_address and j.probes_now is null)::integer as counts
    from tried
    join judged j using (partner_id)
  ) t
  -- In words that lead to the index of the numbers, whatever is known of the table's size.
  where d.event_id = t.event_id and d.event_id = any (array(select event_id from tried))
    and d.state not in ('delivered', 'failed')
  returning t.position, d.state, d.tries, t.is_its_address
),
done as (
  select position, count(*) filter (where state <> 'waiting') as over,
    -- Another address is tried at once.
    max(tries) filter (where state = 'waiting' and is_its_address) as tries
  from changed
  group by position
),
freed as (
  update delivery_lanes l
  set lease = null,
      waiting = l.waiting - coalesce(d.over, 0),
      due_at = case
        when l.waiting - coalesce(d.over, 0) <= 0 then null
        when d.tries is null then now()
        when j.probes_now is null and j.rests_until is not null then j.rests_until
        -- In trouble a rest is never shorter: an address could be probed without end.
        else greatest(j.rests_until, now() + ${after('coalesce(j.probes_now + 1, d.tries)')})
      end
  from held h
  join judged j using (partner_id)
  left join done d using (position)
  where l.server = h.server and l.account_id = h.account_id
    and l.server = any ($1) and l.account_id = any ($2)
  returning h.position, l.due_at is not null as waits, j.recovered
)
select position, waits, recovered from freed`;

export const recordOutcomes: GatheredStatement<LaneTried, LaneRecorded> = {
  name: 'record_outcomes',
  text: TEXT,
  keyOf: ({ server, accountId }) => `${server}/${accountId}`,
  bind: (lanes) => [
    lanes.map(({ server }) => server),
    lanes.map(({ accountId }) => accountId),
    lanes.map(({ partnerId }) => partnerId),
    lanes.map(({ lease }) => lease),
    lanes.map(({ isProbe }) => isProbe),
    lanes.map(({ url }) => url),
    lanes.map(({ tries }) => JSON.stringify(tries.map(rowOf))),
  ],
  outcome: ({ waits, recovered }) => ({ waits, recovered }) as LaneRecorded,
  // The lease was lost: somebody else sends what waits.
  absent: { waits: false, recovered: false },
};

const rowOf = ({ eventId, retryAfterSeconds, httpStatus, ...rest }: Try) => ({
  ...rest,
  event_id: eventId,
  http_status: httpStatus ?? null,
  retry_after: retryAfterSeconds ?? null,
});
