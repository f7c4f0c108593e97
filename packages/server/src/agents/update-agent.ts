/** An agent's role in the account. */
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
export const updateAgent: AccountVerb<PageCalls['updateAgent']> = async (
  { agent_id: agentId, role },
  inside,
) => {
  requireAdministrator(inside);
  const { db } = inside;
  const agent = await loadAgent(db, inside.entered, agentId);
  if (agent.role === role) return agent;
  await requireOtherAdministrator(db, inside.entered, agent);
  const { server, accountId, partnerId } = inside.entered;
  await db.query(sql`
    update agents set role = ${role}
    where server = ${server} and account_id = ${accountId} and agent_id = ${agentId}`);
  await keepAdministrators(db, server, accountId);
  await record(db, inside, {
    type: 'agent.updated',
    partnerId,
    account: { server, accountId },
    subject: String(agentId),
    changes: { role: { from: agent.role, to: role } },
  });
  return { ...agent, role };
};
