/**
 * The invited person accepts: the membership opens, and the address counts as proved. Whoever
 * chooses a password with it is signed in.
 */
import type { PageCalls } from '@switchboard/contract';
import sql, { empty } from 'sql-template-tag';
import { networkOf } from '../../attempts/network.ts';
import type { Db } from '../../database/database.ts';
import { record } from '../../events/event.ts';
import { Failure } from '../../failure.ts';
import { NOTHING_OWED } from '../../owed-mail/mail-state.ts';
import { isOf, tableOf } from '../../people/membership.ts';
import { hashing, hashPassword } from '../../people/passwords/password.ts';
import { endResets } from '../../people/passwords/password-reset.ts';
import { requireGoodPassword } from '../../people/passwords/password-rule.ts';
import { loadPerson, type PersonRow, raiseGeneration, setPassword } from '../../people/person.ts';
import { createDevice } from '../../people/sessions/device.ts';
import { endOtherSessions } from '../../people/sessions/end-session.ts';
import { drawNumber } from '../../people/sessions/enter.ts';
import { proceed } from '../../people/sessions/proceed.ts';
import { type FirstProof, proveAddress, provedOf, withPerson } from '../../people/takeover.ts';
import { recordChange, recorderOf, type Visit, type VisitVerb } from '../../people/visit.ts';
import { sha256 } from '../../secret.ts';
import { keepAdministrators } from '../administrators.ts';
import { type InvitationRow, loadInvitation } from './invitation.ts';

/**
 * Accepts. Where nobody proved the address before, or the person has no password, one is set, and
 * what others may know of the person's sign-in is dropped. Judged by the invitation's own row,
 * under the locks of account, person and membership. Where a password is set, it is a sign-in with
 * it as well: with its number, and up to the second factor, if the person has one.
 *
 * @throws Failure link_over, password_invalid, request_invalid when a password is due and missing;
 *   QueueFull
 */
export const acceptInvitation: VisitVerb<PageCalls['acceptInvitation']> = async (input, visit) => {
  const { server } = visit;
  const { token, password } = input;
  const read = await visit.read((db) => loadInvitation(db, token, server));
  const chosen = read.sets_password ? password : undefined;
  if (chosen !== undefined) await requireGoodPassword(chosen, read, 'password');
  // Before the hash is waited for: a cut from here on shuts this sign-in out.
  const number = chosen === undefined ? 0 : await visit.write(drawNumber);
  const passwordHash =
    chosen === undefined
      ? undefined
      : await hashing.take(networkOf(visit.address), false, () => hashPassword(chosen));
  return withPerson(visit.write, read.person_id, accountOf(read), async (db, person) => {
    await holdMembership(db, read, token);
    const invitation = await loadInvitation(db, token, server);
    const proof = await proveAddress(db, visit, person, input.memberships);
    await open(db, invitation);
    await recordJoin(db, visit, invitation);
    const accepted = acceptedOf(invitation);
    if (!invitation.sets_password) return { ...accepted, signed_in: false };
    if (passwordHash === undefined) throw passwordMissing();
    if (proof && input.name !== undefined)
      await db.query(sql`update persons set name = ${input.name} where id = ${person.id}`);
    await takeOver(db, visit, person, passwordHash, proof);
    return { ...accepted, ...(await signIn(db, visit, person.id, number)) };
  });
};

const accountOf = (invitation: InvitationRow) =>
  invitation.kind === 'agent' ? invitation : undefined;

const acceptedOf = (invitation: InvitationRow) => ({
  email: invitation.email,
  account_id: invitation.kind === 'agent' ? invitation.account_id : null,
  partner: invitation.kind === 'member' ? invitation.partner_id : null,
});

/** Membership, then invitation: in the order of everybody who locks both. */
async function holdMembership(db: Db, read: InvitationRow, token: string): Promise<void> {
  await db.query(sql`select from ${tableOf(read)} where ${isOf(read)} for no key update`);
  await db.query(sql`
    select from invitations where token_hash = ${sha256(token)} for update`);
}

async function open(db: Db, invitation: InvitationRow): Promise<void> {
  const joined = invitation.kind === 'member' ? sql`, joined_at = now()` : empty;
  await db.query(sql`
    update ${tableOf(invitation)} set state = 'open' ${joined}, ${NOTHING_OWED}
    where ${isOf(invitation)}`);
  await db.query(sql`
    update invitations set accepted_at = now()
    where ${isOf(invitation)} and accepted_at is null`);
  if (invitation.kind === 'agent')
    await keepAdministrators(db, invitation.server, invitation.account_id);
}

/** A new password, and nothing of before in force. */
async function takeOver(
  db: Db,
  visit: Visit,
  person: PersonRow,
  passwordHash: string,
  proof: FirstProof | undefined,
): Promise<void> {
  await setPassword(db, person.id, passwordHash);
  await endResets(db, person.id);
  await endOtherSessions(db, recorderOf(visit, person.id), person.id, undefined);
  const generation = await raiseGeneration(db, person.id);
  visit.cookies.putDevice(await createDevice(db, { ...person, generation }, visit.cookies.device));
  await recordChange(db, visit, person.id, { password: { from: null, to: 'set' } });
  visit.letters.safety(person.id, proof ? provedOf(proof) : { what: 'password_set' });
}

/** Under the generation that the password raised; where nothing may be entered it is none. */
async function signIn(db: Db, visit: Visit, personId: string, number: number) {
  try {
    const person = await loadPerson(db, personId);
    const begun = await proceed(db, visit, person, { number, remembered: true, isKnown: true });
    return 'user' in begun
      ? { signed_in: true }
      : { signed_in: false, second_factor: begun.twoFactorMethods };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { signed_in: false };
  }
}

function recordJoin(db: Db, visit: Visit, invitation: InvitationRow): Promise<void> {
  const { partner_id: partnerId, person_id: personId } = invitation;
  if (invitation.kind === 'member')
    return record(db, recorderOf(visit, personId), {
      type: 'member.joined',
      partnerId,
      subject: personId,
    });
  const subject = String(invitation.agent_id);
  return record(
    db,
    { ...visit, actor: { kind: 'agent', id: subject } },
    {
      type: 'agent.joined',
      partnerId,
      account: { server: invitation.server, accountId: invitation.account_id },
      subject,
    },
  );
}

const passwordMissing = (): Failure =>
  new Failure('request_invalid', {
    parameter: 'password',
    message: 'password is missing; this address has none that only its owner knows.',
  });
