/** A new secret; the ones before it work on for the overlap, unless they end sooner. */
import sql from 'sql-template-tag';
import type { Db } from '../../database/database.ts';
import { record } from '../../events/event.ts';
import type { Operation, Surroundings } from '../../operation.ts';
import { addSecret, type Credential, lockCredential } from './credential.ts';
import { lettersOwed } from './credential-letters.ts';
import { credentialToWire, showCredential } from './credential-list.ts';

const DEFAULT_OVERLAP_HOURS = 24;

export const rotateApiCredential: Operation<'rotateApiCredential'> = async (input, ctx) => {
  const { partnerId } = ctx;
  const { answer, owed } = await ctx.writeInTurn(async (db) => {
    const credential = await lockCredential(db, input.client_id, partnerId);
    if (!credential) throw ctx.refusal('api_credential_not_found');
    const { secret, owed } = await rotate(db, ctx, credential, input.overlap_hours);
    const shown = await showCredential(db, credential.credentialId);
    return { answer: { ...shown, client_secret: secret }, owed };
  });
  for (const letter of owed) ctx.tell(letter);
  return answer;
};

export const rotateCredential: Operation<'rotateCredential'> = async (input, ctx) => {
  const { answer, owed } = await ctx.write(async (db) => {
    const credential = await lockCredential(db, input.client_id);
    if (!credential) throw ctx.refusal('credential_not_found');
    const { secret, expires, owed } = await rotate(db, ctx, credential, input.overlap_hours);
    const shown = await credentialToWire(db, credential.credentialId);
    return { answer: { ...shown, client_secret: secret, old_secret_expires: expires }, owed };
  });
  for (const letter of owed) ctx.tell(letter);
  return answer;
};

async function rotate(
  db: Db,
  ctx: Surroundings,
  { credentialId, partnerId, clientId, name }: Credential,
  hours = DEFAULT_OVERLAP_HOURS,
) {
  const [old] = await db.query<{ expires: number }>(sql`
    with ending as (
      update credential_secrets
      set expires_at = least(expires_at, now() + ${hours} * interval '1 hour')
      where credential_id = ${credentialId}
    )
    select extract(epoch from now() + ${hours} * interval '1 hour')::bigint as expires`);
  const expires = old?.expires ?? 0;
  const secret = await addSecret(db, credentialId);
  await record(db, ctx, {
    type: 'credential.rotated',
    partnerId,
    subject: clientId,
    changes: { old_secret_expires: { from: null, to: expires } },
  });
  const about = { what: 'rotated', partnerId, clientId, name, oldSecretEnds: expires } as const;
  return { secret, expires, owed: await lettersOwed(db, ctx, about) };
}
