/** Sends one delivery now, outside the order, whatever its state. */
import { MOST_ATTEMPTS } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Db } from '../database/database.ts';
import type { Context, Operation, Pushed } from '../operation.ts';
import { payloadOf, TOLD_COLUMNS, type ToldEvent, webhookIdOf } from './payload.ts';
import { LEASE_SECONDS } from './sending/claim.ts';
import { pushedToWire } from './sending/push.ts';
import { takesAgain } from './sending/takes-again.ts';
import { requireAddress, secretsToSign } from './webhook.ts';

type Ctx = Context<'resendDelivery'>;

export const resendDelivery: Operation<'resendDelivery'> = async (
  { delivery_id: eventId },
  ctx,
) => {
  const { told, webhook } = await ctx.write(async (db) => {
    const address = await requireAddress(db, ctx);
    secretsToSign(address, ctx);
    await begin(db, ctx, eventId);
    return { told: await loadTold(db, eventId), webhook: address };
  });
  const push = {
    url: webhook.url,
    secrets: secretsToSign(webhook, ctx),
    id: webhookIdOf(eventId),
    body: payloadOf(told),
  };
  const pushed = await ctx.pushNow(push).catch(async (error: unknown) => {
    await ctx.writeApart((db) => end(db, eventId));
    throw error;
  });
  // Also when the caller's right ended meanwhile: it was sent.
  await ctx.writeApart(async (db) => {
    if (pushed.outcome === 'delivered') await takesAgain(db, ctx, webhook);
    await keep(db, eventId, pushed);
    await end(db, eventId);
  });
  return pushedToWire(pushed);
};

/** Nobody else may be sending it: neither another who wants it now, nor who has its lane. */
async function begin(db: Db, ctx: Ctx, eventId: number): Promise<void> {
  const [found] = await db.query<{ running: boolean }>(sql`
    select coalesce(d.resending_until > now(), false)
        or d.state = 'waiting' and l.lease is not null and l.due_at > now() as running
    from deliveries d
    left join delivery_lanes l using (server, account_id)
    where d.event_id = ${eventId} and d.partner_id = ${ctx.partnerId}
    for no key update of d`);
  if (!found) throw ctx.refusal('delivery_not_found');
  if (found.running) throw ctx.refusal('delivery_running', { retryAfterSeconds: LEASE_SECONDS });
  await db.query(sql`
    update deliveries
    set resending_until = now() + ${LEASE_SECONDS} * interval '1 second'
    where event_id = ${eventId}`);
}

async function end(db: Db, eventId: number): Promise<void> {
  await db.query(sql`update deliveries set resending_until = null where event_id = ${eventId}`);
}

async function loadTold(db: Db, eventId: number): Promise<ToldEvent> {
  const [told] = await db.query<ToldEvent>(sql`
    select ${TOLD_COLUMNS} from events e where e.event_id = ${eventId}`);
  if (!told) throw new Error('an event is never removed');
  return told;
}

/** What waited behind it in its lane is due. */
async function keep(db: Db, eventId: number, pushed: Pushed): Promise<void> {
  const { at, outcome, httpStatus, milliseconds, answer } = pushed;
  // The lane before the delivery, as everybody who holds both; what follows sees what it held.
  await db.query(sql`
    select from delivery_lanes
    where (server, account_id) in (
      select server, account_id from deliveries where event_id = ${eventId})
    for no key update`);
  await db.query(sql`
    insert into delivery_attempts (event_id, at, outcome, http_status, milliseconds, answer)
    select event_id, ${at}, ${outcome}, ${httpStatus ?? null}, ${milliseconds}, ${answer ?? null}
    from deliveries where event_id = ${eventId}`);
  await forgetOldest(db, eventId);
  if (outcome === 'delivered') await markDelivered(db, eventId);
}

/** Of those that are not shown: somebody may send one again as often as they like. */
async function forgetOldest(db: Db, eventId: number): Promise<void> {
  await db.query(sql`
    delete from delivery_attempts
    where event_id = ${eventId} and at < (
      select min(at) from (
        select at from delivery_attempts
        where event_id = ${eventId}
        order by at desc
        limit ${MOST_ATTEMPTS}
      ) shown)`);
}

/** Also where its lane is gone. One whose first it was not stays as it is. */
async function markDelivered(db: Db, eventId: number): Promise<void> {
  await db.query(sql`
    with before as materialized (
      select event_id, state
      from deliveries
      where event_id = ${eventId} and state <> 'delivered'
      for no key update
    ),
    over as (
      update deliveries d
      set state = 'delivered'
      from before b
      where d.event_id = b.event_id
      returning d.event_id, d.server, d.account_id, b.state = 'waiting' as counted
    )
    update delivery_lanes l
    set waiting = l.waiting - 1,
        due_at = case
          when l.waiting <= 1 then null
          when l.lease is null and not exists (
            select from deliveries d
            where d.server = l.server and d.account_id = l.account_id
              and d.state = 'waiting' and d.event_id < o.event_id) then least(l.due_at, now())
          else l.due_at end
    from over o
    where l.server = o.server and l.account_id = o.account_id and o.counted`);
}
