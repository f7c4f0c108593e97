/** An agent leaves the account; the person and their other accounts stay. */
import type { PageCalls } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { record } from '../events/event.ts';
import { keepAdministrators } from './administrators.ts';
import {
  type AccountVerb,
  loadAgent,
  requireAdministrator,
  requireOtherAdministrator,
} from './agent.ts';

/** @throws Failure administrators_only, not_found, last_administrator */
export const removeAgent: AccountVerb<PageCalls['removeAgent']> = async (
  { agent_id: agentId },
  inside,
) => {
  requireAdministrator(inside);
  const { db } = inside;
  const agent = await loadAgent(db, inside.entered, agentId);
  await requireOtherAdministrator(db, inside.entered, agent);
  const { server, accountId, partnerId } = inside.entered;
  await record(db, inside, {
    type: 'agent.removed',
    partnerId,
    account: { server, accountId },
    subject: String(agentId),
    changes: {
      // What the log calls this agent from now on.
      name: { from: agent.name, to: null },
      email: { from: agent.email, to: null },
      role: { from: agent.role, to: null },
    },
  });
  // Login links and invitations of the agent go with the row; their link sessions are in force no
  // more, the caller's own among them.
  await db.query(sql`
    delete from agents
    where server = ${server} and account_id = ${accountId} and agent_id = ${agentId}`);
  await keepAdministrators(db, server, accountId);
  return {};
};
