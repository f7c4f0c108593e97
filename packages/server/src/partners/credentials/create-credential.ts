import { MOST_CREDENTIALS, type Mode, type Refusal } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Db } from '../../database/database.ts';
import { record } from '../../events/event.ts';
import type { Operation, Surroundings } from '../../operation.ts';
import { loadPartner } from '../partner.ts';
import { takeTurn } from '../turn.ts';
import { addSecret, newClientId } from './credential.ts';
import { lettersOwed } from './credential-letters.ts';
import { credentialToWire, showCredential } from './credential-list.ts';

export const createApiCredential: Operation<'createApiCredential'> = async (input, ctx) => {
  const { partnerId } = ctx;
  const { answer, owed } = await ctx.writeInTurn(async (db) => {
    const wanted = { partnerId, name: input.name, mode: input.mode };
    const { credentialId, secret, owed } = await make(db, ctx, wanted);
    const shown = await showCredential(db, credentialId);
    return { answer: { ...shown, client_secret: secret }, owed };
  });
  for (const letter of owed) ctx.tell(letter);
  return answer;
};

export const createCredential: Operation<'createCredential'> = async (input, ctx) => {
  const { answer, owed } = await ctx.write(async (db) => {
    await loadPartner(db, ctx, input.partner);
    await takeTurn(db, input.partner);
    const wanted = { partnerId: input.partner, name: input.label ?? '', mode: input.mode };
    const { credentialId, secret, owed } = await make(db, ctx, wanted);
    const shown = await credentialToWire(db, credentialId);
    return { answer: { ...shown, client_secret: secret }, owed };
  });
  for (const letter of owed) ctx.tell(letter);
  return answer;
};

type Wanted = { partnerId: number; name: string; mode: Mode | undefined };
type Maker = Surroundings & { refusal(reason: 'credentials_full'): Refusal };

/** In the partner's turn, so that no two count the same. @throws Refusal credentials_full */
async function make(db: Db, ctx: Maker, { partnerId, name, mode = ctx.policy.mode }: Wanted) {
  const clientId = newClientId();
  const [made] = await db.query<{ credential_id: number }>(sql`
    insert into credentials (partner_id, client_id, label, mode)
    select ${partnerId}, ${clientId}, ${name}, ${mode}
    where (
      select count(*) from credentials where partner_id = ${partnerId} and revoked_at is null
    ) < ${MOST_CREDENTIALS}
    returning credential_id`);
  if (!made) throw ctx.refusal('credentials_full');
  const credentialId = made.credential_id;
  const secret = await addSecret(db, credentialId);
  await record(db, ctx, {
    type: 'credential.created',
    partnerId,
    subject: clientId,
    changes: { mode: { from: null, to: mode }, name: { from: null, to: name } },
  });
  const owed = await lettersOwed(db, ctx, { what: 'created', partnerId, clientId, name });
  return { credentialId, secret, owed };
}
