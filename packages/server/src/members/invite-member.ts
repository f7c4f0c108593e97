/** Somebody is invited to a partner's console, and decides by a mailed link, whoever they are. */
import { MOST_MEMBERS } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Db } from '../database/database.ts';
import { record } from '../events/event.ts';
import type { Context, Operation } from '../operation.ts';
import { DUE_AGAIN, MEMBER_NOT_INVITED_JUST_NOW } from '../owed-mail/mail-state.ts';
import { createPerson, findPersonByEmail } from '../people/person.ts';
import { findMember, loadMember } from './member.ts';
import { tellAdministrators } from './tell-administrators.ts';

export const inviteMember: Operation<'inviteMember'> = (input, ctx) =>
  ctx.writeInTurn(async (db) => {
    const { partnerId, actor } = ctx;
    await requireRoom(db, ctx);
    const personId = await personOf(db, input);
    const invited = await db.query(sql`
      insert into members (partner_id, person_id, role, state, member_name, invited_by, mail_due_at)
      values (${partnerId}, ${personId}, ${input.role}, 'waiting', ${input.name},
              ${actor.kind === 'person' ? actor.id : null}, now())
      on conflict do nothing
      returning person_id`);
    const member = await findMember(db, partnerId, personId);
    if (invited.length === 0 || !member)
      throw ctx.refusal('already_member', { parameter: 'email' });
    await record(db, ctx, {
      type: 'member.invited',
      partnerId,
      subject: personId,
      changes: {
        name: { from: null, to: member.name },
        email: { from: null, to: member.email },
        role: { from: null, to: member.role },
      },
    });
    await tellAdministrators(db, ctx, 'invited', member);
    ctx.mailIsOwed();
    return member;
  });

/** In the partner's turn, so that no two count the same. */
async function requireRoom(db: Db, ctx: Context<'inviteMember'>): Promise<void> {
  const [row] = await db.query<{ members: number }>(sql`
    select count(*)::integer as members from members where partner_id = ${ctx.partnerId}`);
  if ((row?.members ?? 0) >= MOST_MEMBERS) throw ctx.refusal('members_full');
}

/** Who exists is left as they are; who is new has nothing to sign in with until they accept. */
async function personOf(db: Db, named: { email: string; name: string }): Promise<string> {
  const personId =
    (await createPerson(db, named)) ?? (await findPersonByEmail(db, named.email))?.id;
  if (personId === undefined) throw new Error('a person vanished between two statements');
  return personId;
}

/** The mail goes out once more, but not within a minute of the last one. */
export const inviteMemberAgain: Operation<'inviteMemberAgain'> = ({ person_id: personId }, ctx) =>
  ctx.writeInTurn(async (db) => {
    const { partnerId, actor } = ctx;
    await loadMember(db, ctx, personId);
    await db.query(sql`
      update members m
      set ${DUE_AGAIN}, invited_by = ${actor.kind === 'person' ? actor.id : null}
      where m.partner_id = ${partnerId} and m.person_id = ${personId} and m.state = 'waiting'
        and (m.mail_failure is not null or ${MEMBER_NOT_INVITED_JUST_NOW})`);
    ctx.mailIsOwed();
    return loadMember(db, ctx, personId);
  });
