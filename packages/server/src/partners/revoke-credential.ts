/** Its tokens, links and link sessions die with it: every use of them joins this row. */
import sql from 'sql-template-tag';
import { record } from '../events/event.ts';
import type { Operation } from '../operation.ts';
import { credentialToWire, endCredential, lockCredential } from './credential.ts';

export const revokeCredential: Operation<'revokeCredential'> = async (input, ctx) =>
  ctx.write(async (db) => {
    const { credentialId, partnerId } = await lockCredential(db, ctx, input.client_id);
    await db.query(sql`
      update credentials set revoked_at = now() where credential_id = ${credentialId}`);
    await endCredential(db, credentialId);
    await record(db, ctx, {
      type: 'credential.revoked',
      partnerId,
      subject: input.client_id,
    });
    return credentialToWire(db, credentialId);
  });
