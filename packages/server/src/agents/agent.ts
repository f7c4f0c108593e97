/** The agent as its own workspace sees it: the list, load-or-fail, and the last administrator. */
import type {
  AgentOfAccount,
  PageAnswer,
  PageCall,
  PageCalls,
  PageInput,
  Role,
} from '@switchboard/contract';
import sql, { empty, type Sql } from 'sql-template-tag';
import type { Db } from '../database/database.ts';
import type { Recorder } from '../events/event.ts';
import { Failure } from '../failure.ts';
import { NOT_DELIVERED } from '../owed-mail/mail-state.ts';
import { SHOWN_NAME } from './arrival.ts';
import type { Entered } from './gate.ts';

/** Somebody inside an account who does something; in a write, in its transaction. */
export type Inside = Recorder & { db: Db; entered: Entered };

/** The verb of a page call that enters an account: `(input, inside) → answer`. */
export type AccountVerb<C extends PageCall> = (
  input: PageInput<C>,
  inside: Inside,
) => Promise<PageAnswer<C>>;

/** Everybody who was named, by number. */
export const listAgents: AccountVerb<PageCalls['listAgents']> = async (_input, { db, entered }) => {
  const [account] = await db.query<{ seat_limit: number }>(sql`
    select seat_limit from accounts
    where server = ${entered.server} and account_id = ${entered.accountId}`);
  return {
    seat_limit: account?.seat_limit ?? 0,
    agents: await selectAgents(db, entered, empty),
  };
};

/**
 * One agent of the account.
 *
 * @throws Failure not_found
 */
export async function loadAgent(
  db: Db,
  entered: Entered,
  agentId: number,
): Promise<AgentOfAccount> {
  const [agent] = await selectAgents(db, entered, sql`and g.agent_id = ${agentId}`);
  if (!agent) throw new Failure('not_found');
  return agent;
}

function selectAgents(db: Db, entered: Entered, and: Sql): Promise<AgentOfAccount[]> {
  return db.query<AgentOfAccount>(sql`
    select g.agent_id as id, p.email, g.agent_name, g.display_name, ${SHOWN_NAME} as name, g.role, g.state,
      floor(extract(epoch from g.created_at))::bigint as create_time,
      g.agent_id = ${entered.agentId} as you,
      case when ${entered.role === 'administrator'} then ${NOT_DELIVERED} end as not_delivered
    from agents g
    join persons p on p.id = g.person_id
    where g.server = ${entered.server} and g.account_id = ${entered.accountId} ${and}
    order by g.agent_id`);
}

/**
 * Holds the account until the transaction ends, so that seats and administrators are counted by
 * one at a time and a cut waits for what is under way or comes before it.
 */
export async function holdAccount(db: Db, server: string, accountId: number): Promise<void> {
  await db.query(sql`
    select from accounts
    where server = ${server} and account_id = ${accountId}
    for no key update`);
}

/** @throws Failure administrators_only */
export function requireAdministrator({ entered }: Inside): void {
  if (entered.role !== 'administrator') throw new Failure('administrators_only');
}

/**
 * Nobody may leave an account without an administrator who can enter it.
 *
 * @throws Failure last_administrator
 */
export async function requireOtherAdministrator(
  db: Db,
  entered: Entered,
  agent: { id: number; role: Role; state: 'open' | 'waiting' },
): Promise<void> {
  if (agent.role !== 'administrator' || agent.state !== 'open') return;
  const others = await db.query(sql`
    select from agents
    where server = ${entered.server} and account_id = ${entered.accountId}
      and role = 'administrator' and state = 'open' and agent_id <> ${agent.id}`);
  if (others.length === 0) throw new Failure('last_administrator');
}
