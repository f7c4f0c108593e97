/** A new secret; the ones before it work on for the overlap, unless they end sooner. */
import sql from 'sql-template-tag';
import { record } from '../events/event.ts';
import type { Operation } from '../operation.ts';
import { addSecret, credentialToWire, lockCredential } from './credential.ts';

const DEFAULT_OVERLAP_HOURS = 24;

export const rotateCredential: Operation<'rotateCredential'> = async (input, ctx) =>
  ctx.write(async (db) => {
    const { credentialId, partnerId } = await lockCredential(db, ctx, input.client_id);
    const hours = input.overlap_hours ?? DEFAULT_OVERLAP_HOURS;
    const [old] = await db.query<{ expires: number }>(sql`
      with ending as (
        update credential_secrets
        set expires_at = least(expires_at, now() + ${hours} * interval '1 hour')
        where credential_id = ${credentialId}
      )
      select extract(epoch from now() + ${hours} * interval '1 hour')::bigint as expires`);
    const clientSecret = await addSecret(db, credentialId);
    await record(db, ctx, {
      type: 'credential.rotated',
      partnerId,
      subject: input.client_id,
      changes: { old_secret_expires: { from: null, to: old?.expires ?? 0 } },
    });
    return {
      ...(await credentialToWire(db, credentialId)),
      client_secret: clientSecret,
      old_secret_expires: old?.expires ?? 0,
    };
  });
