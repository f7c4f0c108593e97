/** A person, one per e-mail address, and what naming that address does (`entry.md`, People). */
import sql from 'sql-template-tag';
import type { Db } from '../database/database.ts';
import { setPassword } from './takeover.ts';

export type NamedPerson = {
  email: string;
  name: string;
  /** Given to a new person only; somebody who exists keeps theirs. Without it a new person waits. */
  passwordHash?: string | undefined;
  /** The address that gets a new person's sign-in codes; undefined for no second factor. */
  codesTo?: string | undefined;
};

export type NamedAgent = NamedPerson & {
  server: string;
  accountId: number;
  agentId: number;
  role: 'administrator' | 'agent';
  displayName: string;
};

/**
 * Makes the named person an agent. A new address makes the person, who enters at once with a
 * password that was given. Somebody who exists is left as they are: open at once under the same
 * partner, waiting for their consent under another. Whoever cannot know of it is owed a mail.
 */
export async function nameAgent(db: Db, partnerId: number, agent: NamedAgent): Promise<void> {
  const made = await createPerson(db, agent);
  const personId = made ?? (await findPerson(db, agent.email));
  const ready = made !== undefined && agent.passwordHash !== undefined;
  const open = ready || (made === undefined && (await isKnownTo(db, partnerId, personId)));
  await db.query(sql`
    insert into agents
      (server, account_id, agent_id, person_id, role, state, agent_name, display_name, mail_due_at)
    values (${agent.server}, ${agent.accountId}, ${agent.agentId}, ${personId}, ${agent.role},
            ${open ? 'open' : 'waiting'}, ${agent.name}, ${agent.displayName},
            case when ${!ready} then now() end)`);
}

/** The new person's id; undefined when the address has a person already, who is left as they are. */
export async function createPerson(db: Db, person: NamedPerson): Promise<string | undefined> {
  const [made] = await db.query<{ id: string }>(sql`
    insert into persons (name, email, two_factor_enabled, two_factor_email)
    values (${person.name}, ${person.email.toLowerCase()}, ${person.codesTo !== undefined},
            ${person.codesTo ?? null})
    on conflict (email) do nothing
    returning id`);
  if (!made) return undefined;
  if (person.passwordHash !== undefined) await setPassword(db, made.id, person.passwordHash);
  return made.id;
}

async function findPerson(db: Db, email: string): Promise<string> {
  const [row] = await db.query<{ id: string }>(sql`
    select id from persons where email = ${email.toLowerCase()}`);
  if (!row) throw new Error('a person vanished between two statements');
  return row.id;
}

/** Whether the person works in one of the partner's accounts, or for the partner, already. */
async function isKnownTo(db: Db, partnerId: number, personId: string): Promise<boolean> {
  const rows = await db.query(sql`
    select from members m where m.partner_id = ${partnerId} and m.person_id = ${personId}
      and m.state = 'open'
    union all
    select from agents g
    join accounts a on a.server = g.server and a.account_id = g.account_id
    where g.person_id = ${personId} and g.state = 'open' and a.partner_id = ${partnerId}
      and a.erased_at is null
    limit 1`);
  return rows.length > 0;
}
