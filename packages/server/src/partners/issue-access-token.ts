/** Client credentials in, access token out: for `settings/accessToken` and `/oauth/token`. */
import { timingSafeEqual } from 'node:crypto';
import sql from 'sql-template-tag';
import type { Operation, Surroundings } from '../operation.ts';
import { newSecret, sha256, TOKEN_LIFETIME, TOKEN_PREFIX } from './access-token.ts';
import { countFailure, secondsBlocked } from './login-failures.ts';

export type IssuedToken = {
  accessToken: string;
  /** Unix time in seconds. */
  expirationTime: number;
};

export type IssueRefused = {
  /** Seconds to wait after too many failures; 0 when only the pair was wrong. */
  retryAfterSeconds: number;
};

export const issueAccessToken: Operation<'accessToken'> = async (input, ctx) => {
  const issued = await tryCredentials(ctx, input.client_id, input.client_secret);
  if ('accessToken' in issued)
    return {
      access_token: issued.accessToken,
      expiration_time: String(issued.expirationTime),
      token_type: 'Bearer',
    };
  const { retryAfterSeconds } = issued;
  throw retryAfterSeconds > 0
    ? ctx.refusal('too_many_failures', { retryAfterSeconds })
    : ctx.refusal('client_invalid');
};

/** Issues a token for the right pair; an unknown id and a wrong secret take the same path. */
export async function tryCredentials(
  ctx: Surroundings,
  clientId: string,
  clientSecret: string,
): Promise<IssuedToken | IssueRefused> {
  const retryAfterSeconds = await ctx.read((db) => secondsBlocked(db, ctx, clientId));
  if (retryAfterSeconds > 0) return { retryAfterSeconds };
  const credentialId = await proveCredential(ctx, clientId, clientSecret);
  if (credentialId === undefined)
    return {
      retryAfterSeconds: await ctx.writeApart((db) => countFailure(db, ctx, clientId)),
    };
  const accessToken = newSecret(TOKEN_PREFIX);
  const [row] = await ctx.write((db) =>
    db.query<{ expiration_time: number }>(sql`
      with used as (
        update credentials set last_used_at = now()
        where credential_id = ${credentialId}
          and coalesce(last_used_at < now() - interval '1 minute', true)
      )
      insert into access_tokens (token_hash, credential_id, expires_at)
      values (${sha256(accessToken)}, ${credentialId},
              date_trunc('second', now()) + ${TOKEN_LIFETIME} * interval '1 second')
      returning extract(epoch from expires_at)::bigint as expiration_time`),
  );
  return { accessToken, expirationTime: row?.expiration_time ?? 0 };
}

async function proveCredential(
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
  return rows.filter((row) => timingSafeEqual(row.secret_hash, given))[0]?.credential_id;
}
