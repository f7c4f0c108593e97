/** One token dies by its own client's wish (RFC 7009): for `/oauth/revoke`. */
import sql from 'sql-template-tag';
import type { Surroundings } from '../operation.ts';
import { sha256 } from './access-token.ts';

/**
 * Revokes a token on every node. One that is unknown, or another credential's, is left alone, and
 * nothing tells the two apart.
 */
export async function revokeAccessToken(
  ctx: Surroundings,
  credentialId: number,
  token: string,
): Promise<void> {
  await ctx.write((db) =>
    db.query(sql`
      delete from access_tokens
      where token_hash = ${sha256(token)} and credential_id = ${credentialId}`),
  );
}
