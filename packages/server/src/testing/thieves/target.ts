/**
 * For tests: somebody whose password others know, since they planted or stole it. Made by the
 * domain's own functions, one in a few milliseconds.
 */
import { type Algorithm, hash } from '@node-rs/argon2';
import sql from 'sql-template-tag';
import { createInvitation } from '../../agents/invitations/invitation.ts';
import { nameAgent } from '../../agents/name-agent.ts';
import type { Database, Db } from '../../database/database.ts';
import type { Recorder } from '../../events/event.ts';
import { newAppSecret } from '../../people/factors/app-code.ts';
import { replaceBackupCodes } from '../../people/factors/backup-code.ts';
import { createChallenge } from '../../people/factors/challenge.ts';
import { type IdentityKeys, seal } from '../../people/keys.ts';
import { createReset } from '../../people/passwords/password-reset.ts';
import { findPersonByEmail } from '../../people/person.ts';
import { drawNumber } from '../../people/sessions/enter.ts';
import { createSession } from '../../people/sessions/session.ts';
import { cookieNames, signed } from '../../people/sessions/session-cookie.ts';
import type { Visited } from '../visitor.ts';

/** Where thieves and owners meet. */
export type Scene = {
  /** One or two on the same database, behind a proxy that they trust. */
  nodes: readonly Visited[];
  database: Pick<Database, 'read' | 'write'>;
  keys: IdentityKeys;
};

export type Target = {
  personId: string;
  email: string;
  /** The owner's mailed links. */
  invitation: string;
  reset: string;
  /** Of an app that thieves know too. */
  secret: string;
  backupCodes: string[];
};

/** The account that the planter made, and the one that the owner is invited to. */
export type Places = { planter: number; owner: number; bait: number; home: number };

export const STOLEN = 'Planted-Horse1';
// Fewer rounds of the same hash: what counts is that it takes longer than a query.
const stolenHash = hash(STOLEN, {
  algorithm: 2 as Algorithm.Argon2id,
  memoryCost: 2048,
  timeCost: 1,
  parallelism: 1,
});

const server = 'online';
const realm = `server:${server}` as const;
let made = 0;

/** Two partners with an account each, of numbers that no test uses otherwise. */
export const newPlaces = ({ database }: Scene): Promise<Places> =>
  database.write(async (db) => {
    await db.query(sql`
      insert into servers (name, is_main) values (${server}, true) on conflict do nothing`);
    const [planter, owner] = [await newPartner(db), await newPartner(db)];
    const [bait, home] = [await newAccount(db, planter), await newAccount(db, owner)];
    return { planter, owner, bait, home };
  });

async function newPartner(db: Db): Promise<number> {
  const [row] = await db.query<{ partner_id: number }>(sql`
    insert into partners (name) values ('A partner') returning partner_id`);
  return row?.partner_id ?? 0;
}

async function newAccount(db: Db, partnerId: number): Promise<number> {
  const accountId = 700_000 + ++made;
  await db.query(sql`
    insert into accounts (server, account_id, partner_id, account_name, seat_limit, inbox_limit)
    values (${server}, ${accountId}, ${partnerId}, 'My Account', 3, 2)`);
  return accountId;
}

/**
 * A new person, by the planter's hand.
 *
 * @param proved they used a mailed link before: the password is their own, and stolen
 * @param app they have an authenticator app: `on`, or one that waits for its first code
 */
export async function newTarget(
  db: Db,
  { keys }: Scene,
  { planter, owner, bait, home }: Places,
  { proved, app }: { proved: boolean; app: 'on' | 'waits' },
): Promise<Target> {
  const agentId = ++made;
  const email = `target-${agentId}@example.com`;
  const agent = { email, name: 'Ada', displayName: 'Ada', role: 'agent' as const, server, agentId };
  await nameAgent(db, planter, { ...agent, accountId: bait, passwordHash: await stolenHash });
  await nameAgent(db, owner, { ...agent, accountId: home });
  // The mail of the service would be a newer invitation.
  await db.query(sql`update agents set mail_due_at = null where agent_id = ${agentId}`);
  const personId = (await findPersonByEmail(db, email))?.id ?? '';
  const invited = { kind: 'agent', server, account_id: home, agent_id: agentId } as const;
  const invitation = await createInvitation(db, invited);
  const isOn = app === 'on';
  await db.query(sql`
    update persons
    set email_proved_at = case when ${proved} then now() end, two_factor_enabled = ${isOn}
    where id = ${personId}`);
  const secret = newAppSecret();
  await db.query(sql`
    insert into two_factors (person_id, secret, generation, verified)
    select id, ${seal(keys, personId, secret)}, generation, ${isOn}
    from persons where id = ${personId}`);
  const backupCodes = await replaceBackupCodes(db, keys, personId);
  const reset = await createReset(db, personId);
  return { personId, email, invitation: invitation ?? '', reset, secret, backupCodes };
}

/** As the log names whoever owns the address. */
export const ownerOf = (id: string): Recorder => ({
  actor: { kind: 'person', id },
  address: '192.0.2.1',
  requestId: 'test',
});

/** A session of the target, as the Cookie header has it. */
export async function sessionOf(db: Db, { keys }: Scene, { personId }: Target) {
  const number = await drawNumber(db);
  const from = { address: '192.0.2.1', userAgent: undefined };
  const token = await createSession(db, ownerOf(personId), {
    ...{ personId, realm, number, remembered: true, ...from },
  });
  return cookieOf(keys, 'session', token);
}

/** A half-done sign-in of the target, likewise. */
export async function challengeOf(db: Db, { keys }: Scene, { personId }: Target, network: string) {
  const [person] = await db.query<{ generation: number }>(sql`
    select generation from persons where id = ${personId}`);
  const number = await drawNumber(db);
  const generation = person?.generation ?? 0;
  const begun = { person_id: personId, realm, generation, number, remembered: true, network };
  return cookieOf(keys, 'twoFactor', await createChallenge(db, begun));
}

function cookieOf(keys: IdentityKeys, name: 'session' | 'twoFactor', token: string) {
  const options = { secrets: keys.cookies, secure: false };
  return [cookieNames(false)[name], signed(token, options)] as const;
}
