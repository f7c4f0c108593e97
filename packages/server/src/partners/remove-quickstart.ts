/** Takes the quick start's secrets away; its account, partner and people stay. */
import { rmSync } from 'node:fs';
import sql from 'sql-template-tag';
import { record } from '../events/event.ts';
import type { Operation } from '../operation.ts';

export const removeQuickstart: Operation<'removeQuickstart'> = async (_input, ctx) => {
  const answer = await ctx.write(async (db) => {
    const [made] = await db.query<{ credential_id: number; person_ids: string[] }>(sql`
      delete from quickstart returning credential_id, person_ids`);
    if (!made) throw ctx.refusal('quickstart_absent');
    const revoked = await db.query<{ partner_id: number; client_id: string }>(sql`
      update credentials set revoked_at = now()
      where credential_id = ${made.credential_id} and revoked_at is null
      returning partner_id, client_id`);
    const removed = await db.query(sql`
      update identities set password = null, updated_at = now()
      where person_id = any (${made.person_ids}) and provider = 'credential'
        and password is not null
      returning person_id`);
    await db.query(sql`delete from sessions where person_id = any (${made.person_ids})`);
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
