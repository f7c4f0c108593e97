import sql from 'sql-template-tag';
import { record } from '../events/event.ts';
import type { Operation } from '../operation.ts';
import { addSecret, credentialToWire, newClientId } from './credential.ts';
import { loadPartner } from './partner.ts';

export const createCredential: Operation<'createCredential'> = async (input, ctx) =>
  ctx.write(async (db) => {
    await loadPartner(db, ctx, input.partner);
    const clientId = newClientId();
    const [row] = await db.query<{ credential_id: number }>(sql`
      insert into credentials (partner_id, client_id, label, mode)
      values (${input.partner}, ${clientId}, ${input.label ?? ''}, ${input.mode ?? ctx.policy.mode})
      returning credential_id`);
    const credentialId = row?.credential_id ?? 0;
    const clientSecret = await addSecret(db, credentialId);
    await record(db, ctx, {
      type: 'credential.created',
      partnerId: input.partner,
      subject: clientId,
      changes: {
        mode: { from: null, to: input.mode ?? ctx.policy.mode },
        label: { from: null, to: input.label ?? '' },
      },
    });
    return { ...(await credentialToWire(db, credentialId)), client_secret: clientSecret };
  });
