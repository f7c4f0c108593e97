/** One token dies by its own client's wish (RFC 7009): for `/oauth/revoke`. */
import sql from 'sql-template-tag';
import { record } from '../../events/event.ts';
import type { Surroundings } from '../../operation.ts';
import { sha256 } from '../../secret.ts';

/**
 * Revokes a token on every node. One that is unknown, or another credential's, is left alone, and
 * nothing tells the two apart.
 */
export async function revokeAccessToken(
  ctx: Surroundings,
  credentialId: number,
  token: string,
): Promise<void> {
  await ctx.write(async (db) => {
    const [revoked] = await db.query<{ partner_id: number; client_id: string }>(sql`
      delete from access_tokens t using credentials c
      where t.token_hash = ${sha256(token)} and t.credential_id = ${credentialId}
        and c.credential_id = t.credential_id
      returning c.partner_id, c.client_id`);
    if (!revoked) return;
    const { partner_id, client_id } = revoked;
    await record(db, ctx, {
      type: 'access_token.revoked',
      partnerId: partner_id,
      subject: client_id,
    });
  });
}
