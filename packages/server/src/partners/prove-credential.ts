/** Whether a client id and a secret belong together: for accessToken and every OAuth call. */
import { timingSafeEqual } from 'node:crypto';
import type { Refusal, RefusalDetails } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Surroundings } from '../operation.ts';
import { sha256 } from './access-token.ts';
import { countFailure, secondsBlocked } from './login-failures.ts';

export type ProofContext = Surroundings & {
  refusal(reason: 'client_invalid' | 'too_many_failures', details?: RefusalDetails): Refusal;
};

/**
 * Proves a credential; an unknown id and a wrong secret take the same path. Failures are counted.
 *
 * @returns the credential's id
 * @throws Refusal client_invalid, or too_many_failures with the seconds to wait
 */
export async function proveCredential(
  ctx: ProofContext,
  clientId: string,
  clientSecret: string,
): Promise<number> {
  const blocked = await ctx.read((db) => secondsBlocked(db, ctx, clientId));
  if (blocked > 0) throw tooMany(ctx, blocked);
  const credentialId = await findCredential(ctx, clientId, clientSecret);
  if (credentialId !== undefined) return credentialId;
  const blockedNow = await ctx.writeApart((db) => countFailure(db, ctx, clientId));
  throw blockedNow > 0 ? tooMany(ctx, blockedNow) : ctx.refusal('client_invalid');
}

const tooMany = (ctx: ProofContext, retryAfterSeconds: number): Refusal =>
  ctx.refusal('too_many_failures', { retryAfterSeconds });

async function findCredential(
  ctx: Surroundings,
  clientId: string,
  clientSecret: string,
): Promise<number | undefined> {
  const given = sha256(clientSecret);
  const rows = await ctx.read((db) =>
    db.query<{ credential_id: number; secret_hash: Buffer }>(sql`
      select c.credential_id, s.secret_hash
      from credentials c
      join credential_secrets s on s.credential_id = c.credential_id
      join partners p on p.partner_id = c.partner_id
      where c.client_id = ${clientId} and c.revoked_at is null and p.suspended_at is null
        and coalesce(s.expires_at > now(), true)`),
  );
  return rows.find((row) => timingSafeEqual(row.secret_hash, given))?.credential_id;
}
