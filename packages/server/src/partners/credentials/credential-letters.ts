/** What a partner's administrators are told when one of its credentials was changed. */
import sql from 'sql-template-tag';
import { count, limitKey, TooManyTries } from '../../attempts/attempt.ts';
import type { Db } from '../../database/database.ts';
import {
  type CredentialChange,
  type CredentialChanger,
  credentialLetter,
} from '../../mail/credential-letters.ts';
import { listAdministrators } from '../../members/member.ts';
import type { Letter, Surroundings } from '../../operation.ts';

// A program that rotates without end fills nobody's mailbox: the log has every change.
const CHANGES_TOLD_AN_HOUR = 20;

type Changed = CredentialChange & {
  partnerId: number;
  clientId: string;
  /** Of the credential. */
  name: string;
};

/**
 * One letter to each administrator, to be posted after the commit. Called last in the change's
 * transaction.
 *
 * @returns none after 20 changes within an hour
 */
export async function lettersOwed(
  db: Db,
  ctx: Pick<Surroundings, 'actor' | 'address' | 'addressShared'>,
  { partnerId, clientId, name, ...change }: Changed,
): Promise<Letter[]> {
  const administrators = await listAdministrators(db, partnerId);
  if (administrators.length === 0 || !(await isTold(db, partnerId))) return [];
  const [partner] = await db.query<{ name: string; now: Date }>(sql`
    select name, now() as now from partners where partner_id = ${partnerId}`);
  const by = await changerOf(db, ctx.actor);
  return administrators.map((administrator) =>
    credentialLetter({
      ...change,
      to: administrator.email,
      language: administrator.language,
      name: administrator.name,
      partnerName: partner?.name ?? '',
      credential: { name, clientId },
      by,
      at: partner?.now ?? new Date(),
      ipAddress: ctx.addressShared ? undefined : ctx.address,
    }),
  );
}

async function isTold(db: Db, partnerId: number): Promise<boolean> {
  const limit = {
    key: limitKey('credential letter', String(partnerId)),
    ...{ most: CHANGES_TOLD_AN_HOUR, windowSeconds: 3600, blockSeconds: 0 },
  };
  try {
    await count(db, [limit]);
    return true;
  } catch (error) {
    // One limit alone: nothing was reserved, and the transaction goes on.
    if (error instanceof TooManyTries) return false;
    throw error;
  }
}

async function changerOf(db: Db, { kind, id }: Surroundings['actor']): Promise<CredentialChanger> {
  if (kind === 'person') {
    const [person] = await db.query<{ name: string; email: string }>(sql`
      select name, email from persons where id = ${id}`);
    if (person) return { kind: 'person', ...person };
  }
  if (kind === 'credential') {
    const [credential] = await db.query<{ name: string }>(sql`
      select label as name from credentials where client_id = ${id}`);
    return { kind: 'credential', name: credential?.name ?? '', clientId: id };
  }
  return { kind: 'operator' };
}
