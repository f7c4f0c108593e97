/** Access tokens: 256 random bits with a prefix, stored as SHA-256. */
import { type Mode, Refusal } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Db, GatheredStatement } from '../../database/database.ts';
import type { ByToken } from '../../operation.ts';

export const TOKEN_PREFIX = 'swb_at_';
/** Seconds. */
export const TOKEN_LIFETIME = 3600;

/**
 * Confirms tokens. Run after a request has arrived it proves that the token was in force then;
 * whatever a process remembers of a token is only a guess.
 */
export const confirmTokenStatement: GatheredStatement<Buffer, ByToken | undefined> = {
  name: 'confirm_token',
  text: `
with input as materialized (
  select token_hash, position
  from unnest($1::bytea[]) with ordinality as call (token_hash, position)
)
select i.position, i.token_hash, c.partner_id, c.client_id, c.mode
from input i
join access_tokens t on t.token_hash = i.token_hash and t.expires_at > now()
join credentials c on c.credential_id = t.credential_id and c.revoked_at is null
join partners p on p.partner_id = c.partner_id and p.suspended_at is null`,
  bind: (hashes) => [hashes],
  outcome: (row) => ({
    kind: 'credential',
    partnerId: row.partner_id as number,
    clientId: row.client_id as string,
    mode: row.mode as Mode,
    tokenHash: row.token_hash as Buffer,
  }),
  absent: undefined,
};

/**
 * Confirms the caller of a change within the change's own transaction, and holds credential and
 * partner until it ends: a revocation that has returned has come after the change or before it.
 * Not the token: who suspends a partner holds the partner and takes its tokens away.
 *
 * @throws Refusal access_token_invalid
 */
export async function holdToken(db: Db, tokenHash: Buffer): Promise<void> {
  const [held] = await db.query(sql`
    select from access_tokens t
    join credentials c on c.credential_id = t.credential_id and c.revoked_at is null
    join partners p on p.partner_id = c.partner_id and p.suspended_at is null
    where t.token_hash = ${tokenHash} and t.expires_at > now()
    for share of c, p`);
  if (!held) throw new Refusal('access_token_invalid');
}

/** Housekeeping. */
export const sweepAccessTokens = sql`delete from access_tokens where expires_at < now()`;
