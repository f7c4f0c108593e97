/** Whether a client id and a secret belong together: for accessToken and every OAuth call. */
import { timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Refusal, RefusalDetails } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { addressLimits } from '../../attempts/address-limits.ts';
import {
  giveBack,
  type Limit,
  reserve,
  settleFailure,
  TooManyTries,
} from '../../attempts/attempt.ts';
import { networkOf } from '../../attempts/network.ts';
import { Turns } from '../../attempts/turns.ts';
import type { Surroundings } from '../../operation.ts';
import { sha256 } from '../../secret.ts';

export type ProofContext = Surroundings & {
  refusal(reason: 'client_invalid' | 'too_many_failures', details?: RefusalDetails): Refusal;
};

export type Proved = { credentialId: number; secretHash: Buffer };

/**
 * Proves a credential; an unknown id and a wrong secret take the same path. Failures are counted.
 *
 * @returns the credential's id, and which of its secrets it was
 * @throws Refusal client_invalid, or too_many_failures with the seconds to wait
 */
export async function proveCredential(
  ctx: ProofContext,
  clientId: string,
  clientSecret: string,
): Promise<Proved> {
  const limits = addressLimits(ctx, clientId);
  const proved = await proving.take(networkOf(ctx.address), false, async () => {
    await reserveSoon(ctx, limits);
    const found = await findCredential(ctx, clientId, clientSecret);
    if (found === undefined) await ctx.writeApart((db) => settleFailure(db, limits));
    else await ctx.writeApart((db) => giveBack(db, limits));
    return found;
  });
  if (proved === undefined) throw ctx.refusal('client_invalid');
  return proved;
}

/**
 * Reserves a try. Refused only for others of the same client under way, at this node or another, it
 * asks again: most of them succeed in a moment and cost nothing.
 */
async function reserveSoon(ctx: ProofContext, limits: readonly Limit[]): Promise<void> {
  for (let tries = 1; ; tries += 1)
    try {
      return await ctx.writeApart((db) => reserve(db, limits));
    } catch (error) {
      if (!(error instanceof TooManyTries)) throw error;
      if (error.seconds > 1 || tries === MOST_RESERVATIONS)
        throw ctx.refusal('too_many_failures', { retryAfterSeconds: error.seconds });
      await sleep(Math.random() * RESERVED_AGAIN_MS);
    }
}

// Two seconds in all.
const MOST_RESERVATIONS = 40;
const RESERVED_AGAIN_MS = 100;

// In turns per network: one that sends thousands at once waits for itself.
const proving = new Turns({ atOnce: 8, most: 2000 });

async function findCredential(
  ctx: Surroundings,
  clientId: string,
  clientSecret: string,
): Promise<Proved | undefined> {
  const given = sha256(clientSecret);
  const rows = await ctx.read((db) =>
    db.query<Proved>(sql`
      select c.credential_id as "credentialId", s.secret_hash as "secretHash"
      from credentials c
      join credential_secrets s on s.credential_id = c.credential_id
      join partners p on p.partner_id = c.partner_id
      where c.client_id = ${clientId} and c.revoked_at is null and p.suspended_at is null
        and coalesce(s.expires_at > now(), true)`),
  );
  return rows.find(({ secretHash }) => timingSafeEqual(secretHash, given));
}
