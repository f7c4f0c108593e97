/** A member's role. */
import sql from 'sql-template-tag';
import { record } from '../events/event.ts';
import type { Operation } from '../operation.ts';
import { holdMembership, loadMember, requireOtherAdministrator } from './member.ts';

export const updateMember: Operation<'updateMember'> = ({ person_id: personId, role }, ctx) =>
  ctx.writeInTurn(async (db) => {
    const { partnerId } = ctx;
    await holdMembership(db, partnerId, personId);
    const member = await loadMember(db, ctx, personId);
    if (member.role === role) return member;
    await requireOtherAdministrator(db, ctx, member);
    await db.query(sql`
      update members set role = ${role}
      where partner_id = ${partnerId} and person_id = ${personId}`);
    await record(db, ctx, {
      type: 'member.updated',
      partnerId,
      subject: personId,
      changes: { role: { from: member.role, to: role } },
    });
    return { ...member, role };
  });
