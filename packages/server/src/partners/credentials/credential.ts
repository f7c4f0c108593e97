/** API credentials of a partner: the row, its locks, its secrets, its end. Secrets are never read back. */
import { randomBytes } from 'node:crypto';
import type { Refusal } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Db } from '../../database/database.ts';
import { deleteSessions } from '../../people/sessions/end-session.ts';
import { newToken, sha256 } from '../../secret.ts';

export type Credential = {
  credentialId: number;
  partnerId: number;
  clientId: string;
  name: string;
};

/**
 * One credential in force, locked for the transaction's change. Not its key: the use of a link
 * holds the link and then refers to the credential.
 *
 * @param partnerId whose it must be; undefined for the operator, who may change any
 * @returns undefined for a revoked one, and for another's as if it did not exist
 */
export async function lockCredential(
  db: Db,
  clientId: string,
  partnerId?: number,
): Promise<Credential | undefined> {
  const [row] = await db.query<Credential>(sql`
    select credential_id as "credentialId", partner_id as "partnerId", client_id as "clientId",
      label as name
    from credentials
    where client_id = ${clientId} and revoked_at is null
      and partner_id = coalesce(${partnerId ?? null}::integer, partner_id)
    for no key update`);
  return row;
}

/**
 * The partner of a credential, revoked or not.
 *
 * @throws Refusal credential_not_found
 */
export async function partnerOfClient(
  db: Db,
  ctx: { refusal(reason: 'credential_not_found'): Refusal },
  clientId: string,
): Promise<number> {
  const [row] = await db.query<{ partner_id: number }>(sql`
    select partner_id from credentials where client_id = ${clientId}`);
  if (!row) throw ctx.refusal('credential_not_found');
  return row.partner_id;
}

/**
 * Ends what a revoked credential made: its tokens, its unused links, the sessions that its links
 * made. Every use of them joins the credential, so nothing of it is in force from its revocation
 * on; this takes the rows away. The caller records the revocation, by which live streams end.
 */
export async function endCredential(db: Db, credentialId: number): Promise<void> {
  await db.query(sql`delete from access_tokens where credential_id = ${credentialId}`);
  await db.query(sql`
    delete from login_links where credential_id = ${credentialId} and used_at is null`);
  await deleteSessions(db, sql`link_credential_id = ${credentialId}`);
}

/** A new client id: not secret, and not to be guessed either. */
export const newClientId = (): string => `swb_ci_${randomBytes(12).toString('base64url')}`;

/** Adds a secret and returns it; only its hash is stored. */
export async function addSecret(db: Db, credentialId: number): Promise<string> {
  const secret = newToken('swb_cs_');
  await db.query(sql`
    insert into credential_secrets (secret_hash, credential_id)
    values (${sha256(secret)}, ${credentialId})`);
  return secret;
}

/** Housekeeping: secrets that have ended go, and their credential keeps when it was last used. */
export const sweepSecrets = sql`
  with gone as (
    delete from credential_secrets where expires_at < now()
    returning credential_id, last_used_at, last_used_address
  ),
  last as (
    select distinct on (credential_id) * from gone
    where last_used_at is not null
    order by credential_id, last_used_at desc
  )
  update credentials c
  set last_used_at = l.last_used_at, last_used_address = l.last_used_address
  from last l
  where l.credential_id = c.credential_id and coalesce(c.last_used_at < l.last_used_at, true)`;
