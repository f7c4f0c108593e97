/** Its tokens, links and link sessions die with it: every use of them joins this row. */
import sql from 'sql-template-tag';
import type { Db } from '../../database/database.ts';
import { record } from '../../events/event.ts';
import type { Letter, Operation, Surroundings } from '../../operation.ts';
import { type Credential, endCredential, lockCredential } from './credential.ts';
import { lettersOwed } from './credential-letters.ts';
import { credentialToWire, showCredential } from './credential-list.ts';

/** Also the one that calls: it was confirmed before, and this is the last that it does. */
export const revokeApiCredential: Operation<'revokeApiCredential'> = async (input, ctx) => {
  const { partnerId } = ctx;
  const { answer, owed } = await ctx.writeInTurn(async (db) => {
    const credential = await lockCredential(db, input.client_id, partnerId);
    if (!credential) throw ctx.refusal('api_credential_not_found');
    const owed = await revoke(db, ctx, credential);
    return { answer: await showCredential(db, credential.credentialId), owed };
  });
  for (const letter of owed) ctx.tell(letter);
  return answer;
};

export const revokeCredential: Operation<'revokeCredential'> = async (input, ctx) => {
  const { answer, owed } = await ctx.write(async (db) => {
    const credential = await lockCredential(db, input.client_id);
    if (!credential) throw ctx.refusal('credential_not_found');
    const owed = await revoke(db, ctx, credential);
    return { answer: await credentialToWire(db, credential.credentialId), owed };
  });
  for (const letter of owed) ctx.tell(letter);
  return answer;
};

async function revoke(
  db: Db,
  ctx: Surroundings,
  { credentialId, partnerId, clientId, name }: Credential,
): Promise<Letter[]> {
  await db.query(sql`
    update credentials set revoked_at = now() where credential_id = ${credentialId}`);
  await endCredential(db, credentialId);
  await record(db, ctx, { type: 'credential.revoked', partnerId, subject: clientId });
  return lettersOwed(db, ctx, { what: 'revoked', partnerId, clientId, name });
}
