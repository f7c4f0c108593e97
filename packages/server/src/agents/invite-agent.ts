/** An administrator names a new agent; who exists already decides by a mailed link. */
import type { PageCalls } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { record } from '../events/event.ts';
import { Failure } from '../failure.ts';
import { DUE_AGAIN, NOT_INVITED_JUST_NOW } from '../owed-mail/mail-state.ts';
import { type AccountVerb, loadAgent, requireAdministrator } from './agent.ts';
import { nameAgent } from './name-agent.ts';

/**
 * Names an agent; the mail goes out after the commit.
 *
 * @throws Failure administrators_only, already_agent, seat_limit_reached
 */
export const inviteAgent: AccountVerb<PageCalls['inviteAgent']> = async (input, inside) => {
  requireAdministrator(inside);
  const { db } = inside;
  const { server, accountId, partnerId } = inside.entered;
  const [named] = await db.query(sql`
    select from agents g join persons p on p.id = g.person_id
    where g.server = ${server} and g.account_id = ${accountId}
      and p.email = ${input.email.toLowerCase()}`);
  if (named) throw new Failure('already_agent', { parameter: 'email' });
  // The seat and the number in one statement: both or neither.
  const [taken] = await db.query<{ agent_id: number }>(sql`
    update accounts a
    set next_agent_id = next_agent_id + 1
    where server = ${server} and account_id = ${accountId}
      and seat_limit > (select count(*) from agents g
                        where g.server = a.server and g.account_id = a.account_id)
    returning next_agent_id - 1 as agent_id`);
  if (!taken) throw new Failure('seat_limit_reached');
  await nameAgent(db, partnerId, {
    server,
    accountId,
    agentId: taken.agent_id,
    role: input.role,
    email: input.email,
    name: input.name,
    displayName: input.display_name ?? input.name,
    invitedBy: inside.entered.agentId,
  });
  await record(db, inside, {
    type: 'agent.invited',
    partnerId,
    account: { server, accountId },
    subject: String(taken.agent_id),
    changes: {
      email: { from: null, to: input.email.toLowerCase() },
      role: { from: null, to: input.role },
    },
  });
  return loadAgent(db, inside.entered, taken.agent_id);
};

/**
 * The mail goes out once more, but not within a minute of the last one; to somebody who may enter
 * already only when it could not be delivered.
 *
 * @throws Failure administrators_only, not_found
 */
export const inviteAgentAgain: AccountVerb<PageCalls['inviteAgentAgain']> = async (
  { agent_id: agentId },
  inside,
) => {
  requireAdministrator(inside);
  const { db } = inside;
  const { server, accountId } = inside.entered;
  await loadAgent(db, inside.entered, agentId);
  await db.query(sql`
    update agents g
    set ${DUE_AGAIN}, invited_by = ${inside.entered.agentId}
    where g.server = ${server} and g.account_id = ${accountId} and g.agent_id = ${agentId}
      and (g.mail_failure is not null
           or (g.state = 'waiting' and ${NOT_INVITED_JUST_NOW}))`);
  return {};
};
