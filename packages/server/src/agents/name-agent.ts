/** Somebody is named as an agent, and what naming an address does. */
import sql from 'sql-template-tag';
import type { Db } from '../database/database.ts';
import {
  createPerson,
  findPersonByEmail,
  holdPerson,
  type NamedPerson,
  type PersonRow,
  raiseGeneration,
  setPassword,
} from '../people/person.ts';
import { keepAdministrators } from './administrators.ts';

export type NamedAgent = NamedPerson & {
  server: string;
  accountId: number;
  agentId: number;
  role: 'administrator' | 'agent';
  displayName: string;
  /** Another agent of the account; undefined for the partner. */
  invitedBy?: number;
};

/**
 * Makes the named person an agent of an account that is held. A new address makes the person, who
 * enters at once with a password that was given. Somebody who exists is left as they are: open at
 * once under the same partner, waiting for their consent under another. Whoever cannot know of it
 * is owed a mail.
 */
export async function nameAgent(db: Db, partnerId: number, agent: NamedAgent): Promise<void> {
  const made = await createPerson(db, agent);
  const { personId, isOpen, isReady } =
    made === undefined
      ? await nameExisting(db, partnerId, agent)
      : {
          personId: made,
          isOpen: agent.passwordHash !== undefined,
          isReady: agent.passwordHash !== undefined,
        };
  await db.query(sql`
    insert into agents
      (server, account_id, agent_id, person_id, role, state, agent_name, display_name, invited_by,
       mail_due_at)
    values (${agent.server}, ${agent.accountId}, ${agent.agentId}, ${personId}, ${agent.role},
            ${isOpen ? 'open' : 'waiting'}, ${agent.name}, ${agent.displayName},
            ${agent.invitedBy ?? null},
            case when ${!isReady} then now() end)`);
  await keepAdministrators(db, agent.server, agent.accountId);
}

async function nameExisting(
  db: Db,
  partnerId: number,
  { email, passwordHash }: NamedAgent,
): Promise<{ personId: string; isOpen: boolean; isReady: boolean }> {
  const found = await findPersonByEmail(db, email);
  if (!found) throw new Error('a person vanished between two statements');
  const person = await holdPerson(db, found.id);
  const places = await openPlaces(db, partnerId, person.id);
  if (passwordHash !== undefined && isNobodysYet(person) && !places.elsewhere) {
    await setPassword(db, person.id, passwordHash);
    await raiseGeneration(db, person.id);
    return { personId: person.id, isOpen: true, isReady: true };
  }
  return { personId: person.id, isOpen: places.here, isReady: false };
}

/** Named, but neither did anybody prove the address nor can anybody sign in with it. */
const isNobodysYet = (person: PersonRow): boolean =>
  person.email_proved_at === null && person.password_hash === null;

/** Whether the person works for the partner or in one of its accounts, or for and in others'. */
async function openPlaces(
  db: Db,
  partnerId: number,
  personId: string,
): Promise<{ here: boolean; elsewhere: boolean }> {
  const [row] = await db.query<{ here: boolean | null; elsewhere: boolean | null }>(sql`
    select bool_or(partner_id = ${partnerId}) as here,
      bool_or(partner_id <> ${partnerId}) as elsewhere
    from (
      select m.partner_id from members m
      where m.person_id = ${personId} and m.state = 'open'
      union
      select a.partner_id
      from agents g
      join accounts a on a.server = g.server and a.account_id = g.account_id
      where g.person_id = ${personId} and g.state = 'open' and a.erased_at is null
    ) places`);
  return { here: row?.here ?? false, elsewhere: row?.elsewhere ?? false };
}
