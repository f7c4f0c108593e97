/** A suspended partner's people and tokens are cut; its customers' accounts go on. */
import type { Answer } from '@switchboard/contract';
import sql, { type Sql } from 'sql-template-tag';
import { record } from '../events/event.ts';
import type { Context, Operation } from '../operation.ts';
import { deleteSessions } from '../people/sessions/end-session.ts';
import { loadPartner } from './partner.ts';

export const suspendPartner: Operation<'suspendPartner'> = (input, ctx) =>
  setSuspended(input.partner, true, ctx);

export const resumePartner: Operation<'resumePartner'> = (input, ctx) =>
  setSuspended(input.partner, false, ctx);

/** Every token is joined with this row whenever it is used, so nothing needs to be told. */
function setSuspended(
  partnerId: number,
  suspended: boolean,
  ctx: Context<'suspendPartner'>,
): Promise<Answer<'suspendPartner'>> {
  return ctx.write(async (db) => {
    // The lock first: the entry number must be taken under it (docs/entering.md). Events refer to
    // the partner: a lock of its key would make a deadlock with whoever holds a token and records.
    await db.query(sql`select from partners where partner_id = ${partnerId} for no key update`);
    const changed = await db.query(sql`
      update partners
      set suspended_at = case when ${suspended} then now() end,
          entry_number = nextval('entry_numbers')
      where partner_id = ${partnerId} and (suspended_at is not null) <> ${suspended}
      returning partner_id`);
    if (changed.length > 0) {
      // A resumed partner needs new tokens: those from before were revoked for good.
      await db.query(sql`
        delete from access_tokens t using credentials c
        where c.credential_id = t.credential_id and c.partner_id = ${partnerId}`);
      // A write of a link session holds its row: it has come before, or is refused.
      await deleteSessions(db, madeByLinksOf(partnerId));
      const type = suspended ? 'partner.suspended' : 'partner.resumed';
      await record(db, ctx, { type, partnerId });
    }
    return loadPartner(db, ctx, partnerId);
  });
}

/** Sessions by links of the partner's programs and of its people. */
const madeByLinksOf = (partnerId: number): Sql => sql`id in (
  select s.id
  from credentials c
  join sessions s on s.link_credential_id = c.credential_id
  where c.partner_id = ${partnerId}
  union all
  select s.id
  from members m
  join sessions s on s.link_member_person_id = m.person_id
  join accounts a on a.server = s.link_server and a.account_id = s.link_account_id
  where m.partner_id = ${partnerId} and a.partner_id = m.partner_id)`;
