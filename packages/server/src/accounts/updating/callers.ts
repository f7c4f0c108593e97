/** By what the statements of a change know who calls: parts of their text and of their arrays. */
import type { ByMember, ByToken } from '../../operation.ts';

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
