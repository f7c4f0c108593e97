/** The agents of an account, from within. */
import { z } from 'zod';
import * as field from '../fields.ts';
import { accountId, agentId, pageCall } from '../page-call.ts';
import { notDelivered, role } from '../people.ts';

const agentOfAccount = z.object({
  id: z.int(),
  email: z.string(),
  agent_name: z.string(),
  display_name: z.string(),
  /** What the pages call them: their own name, or, until they first came in, `agent_name`. */
  name: z.string(),
  role,
  /** `waiting`: named, but the invitation is not accepted yet. */
  state: z.enum(['open', 'waiting']),
  /** Unix time in seconds. */
  create_time: z.int(),
  you: z.boolean(),
  /** The mail about it; null when all is well, and for whoever is no administrator. */
  not_delivered: notDelivered.nullable(),
});
export type AgentOfAccount = z.output<typeof agentOfAccount>;

const agentList = z.object({ seat_limit: z.int(), agents: z.array(agentOfAccount) });
export type AgentList = z.output<typeof agentList>;

/** `display_name` is the name when it is left out. */
export const agentInvitation = z.strictObject({
  email: field.email(50),
  name: field.text(50),
  display_name: field.text(50).optional(),
  role,
});
export type AgentInvitation = z.input<typeof agentInvitation>;

const ofAgent = { account_id: accountId, agent_id: agentId };
const byAdministrator = ['administrators_only', 'too_many_writes'] as const;

export const agentCalls = {
  listAgents: pageCall({
    method: 'GET',
    path: '/api/workspace/:account_id/agents',
    enters: 'account',
    params: { account_id: accountId },
    answer: agentList,
    failures: [],
  }),
  inviteAgent: pageCall({
    method: 'POST',
    path: '/api/workspace/:account_id/agents',
    enters: 'account',
    params: { account_id: accountId },
    body: agentInvitation,
    answer: agentOfAccount,
    failures: [...byAdministrator, 'already_agent', 'seat_limit_reached'],
  }),
  updateAgent: pageCall({
    method: 'PATCH',
    path: '/api/workspace/:account_id/agents/:agent_id',
    enters: 'account',
    params: ofAgent,
    body: z.strictObject({ role }),
    answer: agentOfAccount,
    failures: [...byAdministrator, 'last_administrator'],
  }),
  removeAgent: pageCall({
    method: 'DELETE',
    path: '/api/workspace/:account_id/agents/:agent_id',
    enters: 'account',
    params: ofAgent,
    answer: z.object({}),
    failures: [...byAdministrator, 'last_administrator'],
  }),
  /**
   * The mail goes out once more, but not within a minute of the last one. To somebody who may enter
   * already only when it could not be delivered.
   */
  inviteAgentAgain: pageCall({
    method: 'POST',
    path: '/api/workspace/:account_id/agents/:agent_id/invitation',
    enters: 'account',
    params: ofAgent,
    answer: z.object({}),
    failures: byAdministrator,
  }),
} as const;
