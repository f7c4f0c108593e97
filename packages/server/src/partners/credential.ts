/** API credentials of a partner: the row, load-or-refuse, plain reads. Secrets are never read back. */
import { randomBytes } from 'node:crypto';
import type { Mode, Refusal } from '@switchboard/contract';
import sql, { empty, type Sql } from 'sql-template-tag';
import type { Db } from '../database/database.ts';
import type { Operation } from '../operation.ts';
import { deleteSessions } from '../people/sessions/end-session.ts';
import { newToken, sha256 } from '../secret.ts';
import { loadPartner } from './partner.ts';

export type CredentialRow = {
  client_id: string;
  partner: number;
  label: string;
  mode: Mode;
  create_time: number;
  last_used_time: number | null;
  state: 'active' | 'revoked';
};

/**
 * One credential in force, locked for the transaction's change. Not its key: the use of a link
 * holds the link and then refers to the credential.
 *
 * @throws Refusal credential_not_found also for a revoked one
 */
export async function lockCredential(
  db: Db,
  ctx: { refusal(reason: 'credential_not_found'): Refusal },
  clientId: string,
): Promise<{ credentialId: number; partnerId: number }> {
  const [row] = await db.query<{ credential_id: number; partner_id: number }>(sql`
    select credential_id, partner_id from credentials
    where client_id = ${clientId} and revoked_at is null
    for no key update`);
  if (!row) throw ctx.refusal('credential_not_found');
  return { credentialId: row.credential_id, partnerId: row.partner_id };
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

/** One credential, revoked or not, as the operator sees it. */
export async function credentialToWire(db: Db, credentialId: number): Promise<CredentialRow> {
  const [row] = await selectCredentials(db, sql`where credential_id = ${credentialId}`);
  if (!row) throw new Error('a credential vanished within a transaction');
  return row;
}

export const listCredentials: Operation<'listCredentials'> = async (input, ctx) =>
  ctx.read(async (db) => {
    const { partner } = input;
    if (partner === undefined) return { list: await selectCredentials(db, empty) };
    await loadPartner(db, ctx, partner);
    return { list: await selectCredentials(db, sql`where partner_id = ${partner}`) };
  });

function selectCredentials(db: Db, where: Sql): Promise<CredentialRow[]> {
  return db.query<CredentialRow>(sql`
    select client_id, partner_id as partner, label, mode,
      extract(epoch from created_at)::bigint as create_time,
      extract(epoch from last_used_at)::bigint as last_used_time,
      case when revoked_at is null then 'active' else 'revoked' end as state
    from credentials
    ${where}
    order by partner_id, credential_id`);
}

/** Housekeeping. */
export const sweepSecrets = sql`delete from credential_secrets where expires_at < now()`;
