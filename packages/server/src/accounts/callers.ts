/** By what the statements of a change know who calls: parts of their text and of their arrays. */
import type { ByMember, ByToken } from '../operation.ts';

export type Proof =
  | Pick<ByToken, 'kind' | 'tokenHash'>
  | Pick<ByMember, 'kind' | 'sessionHash' | 'partnerId' | 'roles'>;

type Calls = readonly { caller: Proof }[];

export const tokenHashes = (calls: Calls): (Buffer | null)[] =>
  calls.map(({ caller }) => (caller.kind === 'credential' ? caller.tokenHash : null));

/** The columns `session_hash` (bytea), `member_of` (integer) and `roles` (an array, as text). */
export const memberColumns = (calls: Calls): unknown[][] => {
  const members = calls.map(({ caller }) => (caller.kind === 'member' ? caller : undefined));
  return [
    members.map((member) => member?.sessionHash ?? null),
    members.map((member) => member?.partnerId ?? null),
    members.map((member) => (member ? `{${member.roles}}` : null)),
  ];
};

/**
 * Joins a row that has those columns with its session `s` of the console, its open membership `m`
 * of a role that may, and a partner `p` in force since before the sign-in began.
 */
export const memberOf = (
  row: string,
): string => `join sessions s on s.token_hash = ${row}.session_hash
    and s.realm = 'console' and s.expires_at > now()
  join members m on m.person_id = s.person_id and m.partner_id = ${row}.member_of
    and m.state = 'open' and m.role = any (${row}.roles::text[])
  join partners p on p.partner_id = m.partner_id and p.suspended_at is null
    and s.number > p.entry_number`;
