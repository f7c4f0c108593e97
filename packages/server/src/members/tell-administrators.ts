/** The partner's administrators are told by mail who was invited and who was taken out. */
import sql from 'sql-template-tag';
import { count, TooManyTries } from '../attempts/attempt.ts';
import type { Db } from '../database/database.ts';
import { memberChangeLetter } from '../mail/member-letters.ts';
import type { Letter } from '../mail/message.ts';
import type { Actor } from '../operation.ts';
import { memberLetterLimits } from '../people/limits.ts';
import { listAdministrators, type Member } from './member.ts';

type Telling = { partnerId: number; actor: Actor; tell(letter: Letter): void };

/** Whoever did it is told as well: it may have been somebody else with their session. */
export async function tellAdministrators(
  db: Db,
  { partnerId, actor, tell }: Telling,
  what: 'invited' | 'removed',
  member: Member,
): Promise<void> {
  const [partner] = await db.query<{ name: string; by: string | null }>(sql`
    select t.name, (select p.name from persons p
                    where ${actor.kind} = 'person' and p.id::text = ${actor.id}) as by
    from partners t
    where t.partner_id = ${partnerId}`);
  const partnerName = partner?.name ?? '';
  const by = partner?.by ?? '';
  for (const { person_id, email: to, ...reader } of await listAdministrators(db, partnerId))
    if (await mayTell(db, partnerId, person_id))
      tell(memberChangeLetter({ ...reader, to, partnerName, what, member, by }));
}

/** Whoever invites and removes without a pause would mail them without end. */
async function mayTell(db: Db, partnerId: number, personId: string): Promise<boolean> {
  try {
    await count(db, memberLetterLimits(partnerId, personId));
    return true;
  } catch (error) {
    // One limit, so what it refused has written nothing.
    if (error instanceof TooManyTries) return false;
    throw error;
  }
}
