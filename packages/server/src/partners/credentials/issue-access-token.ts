/** Client credentials in, access token out: for `settings/accessToken` and `/oauth/token`. */
import sql from 'sql-template-tag';
import type { Operation } from '../../operation.ts';
import { newToken, sha256 } from '../../secret.ts';
import { TOKEN_LIFETIME, TOKEN_PREFIX } from './access-token.ts';
import { type ProofContext, proveCredential } from './prove-credential.ts';

export type IssuedToken = {
  accessToken: string;
  /** Unix time in seconds. */
  expirationTime: number;
};

export const issueAccessToken: Operation<'accessToken'> = async (input, ctx) => {
  const issued = await tryCredentials(ctx, input.client_id, input.client_secret);
  return {
    access_token: issued.accessToken,
    expiration_time: String(issued.expirationTime),
    token_type: 'Bearer',
  };
};

/**
 * Issues a token for the right pair.
 *
 * @throws Refusal client_invalid, or too_many_failures with the seconds to wait
 */
export async function tryCredentials(
  ctx: ProofContext,
  clientId: string,
  clientSecret: string,
): Promise<IssuedToken> {
  const { credentialId, secretHash } = await proveCredential(ctx, clientId, clientSecret);
  const accessToken = newToken(TOKEN_PREFIX);
  const [row] = await ctx.write((db) =>
    db.query<{ expiration_time: number }>(sql`
      with used as (
        update credential_secrets
        set last_used_at = now(), last_used_address = ${ctx.address}
        where secret_hash in (
          select secret_hash from credential_secrets
          where secret_hash = ${secretHash}
            and coalesce(last_used_at <= now() - interval '1 minute', true)
          -- Whoever asks at the same time says the same: nobody waits to write it.
          for no key update skip locked)
      )
      insert into access_tokens (token_hash, credential_id, expires_at)
      select ${sha256(accessToken)}, c.credential_id,
             date_trunc('second', now()) + ${TOKEN_LIFETIME} * interval '1 second'
      from credentials c
      join partners p on p.partner_id = c.partner_id
      where c.credential_id = ${credentialId}
        and c.revoked_at is null and p.suspended_at is null
      for share of p -- a suspension that comes now finds this token and ends it
      returning extract(epoch from expires_at)::bigint as expiration_time`),
  );
  // Revoked or suspended since it was proved.
  if (!row) throw ctx.refusal('client_invalid');
  return { accessToken, expirationTime: row.expiration_time };
}
