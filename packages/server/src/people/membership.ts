/** Either of the places that a person has, where it does not matter which: its row, as SQL. */
import sql, { type Sql } from 'sql-template-tag';

export type Membership =
  | { kind: 'agent'; server: string; account_id: number; agent_id: number }
  | { kind: 'member'; partner_id: number; person_id: string };

/** `agents` or `members`. */
export const tableOf = ({ kind }: Membership): Sql =>
  kind === 'agent' ? sql`agents` : sql`members`;

/** Which row of that table, and which rows of `invitations`: their columns have the same names. */
export const isOf = (membership: Membership): Sql =>
  membership.kind === 'agent'
    ? sql`server = ${membership.server} and account_id = ${membership.account_id}
        and agent_id = ${membership.agent_id}`
    : sql`partner_id = ${membership.partner_id} and person_id = ${membership.person_id}`;
