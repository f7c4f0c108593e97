/** The invited person accepts: the membership opens, and the address counts as proved. */
import type { invitationAccept } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { z } from 'zod';
import type { Db } from '../database/database.ts';
import { type Recorder, record } from '../events/event.ts';
import { Failure } from '../failure.ts';
import { proveAddress, setPassword } from '../people/takeover.ts';
import { loadInvitation } from './invitation.ts';

export type Acceptance = Omit<z.output<typeof invitationAccept>, 'password'> & {
  /** Of the password that was sent, hashed before the transaction began. */
  passwordHash: string | undefined;
};

/**
 * Accepts. Where nobody proved the address before, or the person has no password, one is set, and
 * what others may know of the person's sign-in is dropped.
 *
 * @throws Failure link_over, request_invalid when a password is due and missing
 */
export async function acceptInvitation(
  db: Db,
  from: Omit<Recorder, 'actor'>,
  server: string | undefined,
  input: Acceptance,
): Promise<{ email: string; account_id: number }> {
  const invitation = await loadInvitation(db, input.token, server);
  const { account_id, agent_id, person_id, partner_id, email } = invitation;
  const first = await proveAddress(db, person_id);
  if (invitation.sets_password) {
    if (input.passwordHash === undefined)
      throw new Failure('request_invalid', {
        parameter: 'password',
        message: 'password is missing; this address has none that only its owner knows.',
      });
    await setPassword(db, person_id, input.passwordHash);
  }
  if (first && input.name !== undefined)
    await db.query(sql`update persons set name = ${input.name} where id = ${person_id}`);
  await db.query(sql`
    update invitations set accepted_at = now()
    where server = ${invitation.server} and account_id = ${account_id} and agent_id = ${agent_id}
      and accepted_at is null`);
  await db.query(sql`
    update agents set state = 'open', mail_due_at = null
    where server = ${invitation.server} and account_id = ${account_id} and agent_id = ${agent_id}`);
  await record(
    db,
    { ...from, actor: { kind: 'agent', id: String(agent_id) } },
    {
      type: 'agent.joined',
      partnerId: partner_id,
      account: { server: invitation.server, accountId: account_id },
      subject: String(agent_id),
    },
  );
  return { email, account_id };
}
