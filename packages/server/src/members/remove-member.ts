/** A member leaves the partner; the person, and their places in accounts, stay. */
import sql from 'sql-template-tag';
import type { Db } from '../database/database.ts';
import { type Recorder, record } from '../events/event.ts';
import type { Operation } from '../operation.ts';
import { holdPerson } from '../people/person.ts';
import { endSessions } from '../people/sessions/end-session.ts';
import { holdMembership, loadMember, requireOtherAdministrator } from './member.ts';
import { tellAdministrators } from './tell-administrators.ts';

export const removeMember: Operation<'removeMember'> = ({ person_id: personId }, ctx) =>
  ctx.writeInTurn(async (db) => {
    const { partnerId } = ctx;
    await loadMember(db, ctx, personId);
    // The person before the membership: two partners that remove somebody see each other.
    await holdPerson(db, personId);
    await holdMembership(db, partnerId, personId);
    const member = await loadMember(db, ctx, personId);
    await requireOtherAdministrator(db, ctx, member);
    // An invitation goes with the row.
    await db.query(sql`
      delete from members where partner_id = ${partnerId} and person_id = ${personId}`);
    await record(db, ctx, {
      type: 'member.removed',
      partnerId,
      subject: personId,
      changes: {
        name: { from: member.name, to: null },
        email: { from: member.email, to: null },
        role: { from: member.role, to: null },
      },
    });
    if (member.state !== 'waiting') await endConsoleOf(db, ctx, personId);
    await tellAdministrators(db, ctx, 'removed', member);
    return { person_id: personId };
  });

/** Nothing is left for whoever works for nobody else. */
const endConsoleOf = (db: Db, recorder: Recorder, personId: string): Promise<number> =>
  endSessions(
    db,
    recorder,
    sql`person_id = ${personId} and realm = 'console' and not exists (
      select from members m where m.person_id = ${personId} and m.state = 'open')`,
  );
