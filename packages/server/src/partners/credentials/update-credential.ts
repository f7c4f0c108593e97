/** Another name. Who uses a credential by its client id notices nothing. */
import sql from 'sql-template-tag';
import { record } from '../../events/event.ts';
import type { Operation } from '../../operation.ts';
import { lockCredential } from './credential.ts';
import { showCredential } from './credential-list.ts';

export const updateApiCredential: Operation<'updateApiCredential'> = async (input, ctx) => {
  const { partnerId } = ctx;
  return ctx.writeInTurn(async (db) => {
    const credential = await lockCredential(db, input.client_id, partnerId);
    if (!credential) throw ctx.refusal('api_credential_not_found');
    const { credentialId, clientId, name } = credential;
    if (name !== input.name) {
      await db.query(sql`
          update credentials set label = ${input.name} where credential_id = ${credentialId}`);
      await record(db, ctx, {
        type: 'credential.updated',
        partnerId,
        subject: clientId,
        changes: { name: { from: name, to: input.name } },
      });
    }
    return showCredential(db, credentialId);
  });
};
