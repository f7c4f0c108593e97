/** A partner changes what it says of itself and asks of its people. */
import type { Answer, Input } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Db } from '../database/database.ts';
import { type Changes, record } from '../events/event.ts';
import type { Operation } from '../operation.ts';

type Profile = Answer<'getPartner'>;

export const getPartner: Operation<'getPartner'> = (_, ctx) =>
  ctx.read((db) => loadProfile(db, ctx.partnerId));

const FIELDS = [
  'name',
  'support_name',
  'support_url',
  'support_email',
  'requires_second_factor',
] as const;

export const updatePartnerProfile: Operation<'updatePartnerProfile'> = (input, ctx) =>
  ctx.writeInTurn(async (db) => {
    const { partnerId } = ctx;
    await db.query(sql`
      select from partners where partner_id = ${partnerId} for no key update`);
    const before = await loadProfile(db, partnerId);
    const after = { ...before, ...sent(input) };
    const changes: Changes = {};
    for (const field of FIELDS)
      if (before[field] !== after[field])
        changes[field] = { from: before[field], to: after[field] };
    if (Object.keys(changes).length === 0) return before;
    await db.query(sql`
      update partners
      set name = ${after.name}, support_name = ${after.support_name},
        support_url = ${after.support_url}, support_email = ${after.support_email},
        requires_second_factor = ${after.requires_second_factor}
      where partner_id = ${partnerId}`);
    await record(db, ctx, { type: 'profile.updated', partnerId, changes });
    return after;
  });

const sent = (input: Input<'updatePartnerProfile'>): Partial<Profile> =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));

async function loadProfile(db: Db, partnerId: number): Promise<Profile> {
  const [profile] = await db.query<Profile>(sql`
    select partner_id as partner, name, support_name, support_url, support_email,
      requires_second_factor, extract(epoch from created_at)::bigint as create_time
    from partners
    where partner_id = ${partnerId}`);
  if (!profile) throw new Error('a partner vanished between two statements');
  return profile;
}
