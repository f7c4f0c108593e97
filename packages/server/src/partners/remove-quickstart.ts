/** Takes the quick start's secrets away; its account, partner and people stay. */
import { rmSync } from 'node:fs';
import sql from 'sql-template-tag';
import { record } from '../events/event.ts';
import type { Operation } from '../operation.ts';
import { holdPerson, raiseGeneration } from '../people/person.ts';
import { endOtherSessions } from '../people/sessions/end-session.ts';
import { endCredential } from './credentials/credential.ts';

export const removeQuickstart: Operation<'removeQuickstart'> = async (_input, ctx) => {
  const answer = await ctx.write(async (db) => {
    const [made] = await db.query<{ credential_id: number; person_ids: string[] }>(sql`
      delete from quickstart returning credential_id, person_ids`);
    if (!made) throw ctx.refusal('quickstart_absent');
    for (const personId of made.person_ids.toSorted()) await holdPerson(db, personId);
    const revoked = await db.query<{ partner_id: number; client_id: string }>(sql`
      update credentials set revoked_at = now()
      where credential_id = ${made.credential_id} and revoked_at is null
      returning partner_id, client_id`);
    if (revoked.length > 0) await endCredential(db, made.credential_id);
    const removed = await db.query(sql`
      update persons set password_hash = null, updated_at = now()
      where id = any (${made.person_ids}) and password_hash is not null
      returning id`);
    for (const personId of made.person_ids) {
      await endOtherSessions(db, ctx, personId, undefined);
      await raiseGeneration(db, personId);
    }
    await record(db, ctx, { type: 'quickstart.removed', partnerId: null });
    for (const { partner_id, client_id } of revoked)
      await record(db, ctx, {
        type: 'credential.revoked',
        partnerId: partner_id,
        subject: client_id,
      });
    return { credentials_revoked: revoked.length, passwords_removed: removed.length };
  });
  rmSync(ctx.policy.quickstartFile, { force: true });
  return answer;
};
