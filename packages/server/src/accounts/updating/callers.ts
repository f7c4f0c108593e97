/**
 * By what the statements of a change know who calls: the parts of their texts that differ. Each kind
 * has a statement of its own, so that what a program's call costs is not raised by what a person's
 * needs (`docs/hot-path.md`).
 */
import { memberOf } from '../../members/authority.ts';
import type { ByMember, ByToken, Caller } from '../../operation.ts';

export type Proof =
  | Pick<ByToken, 'kind' | 'tokenHash'>
  | Pick<ByMember, 'kind' | 'sessionHash' | 'partnerId' | 'roles'>;

export type CallerKind = Caller['kind'];

type Calls = readonly { caller: Proof }[];

type CallerSql = {
  /** Of the row `i` of a call: the columns that prove who calls, and their types. */
  columns: readonly { name: string; type: string }[];
  /** An array for each of them. */
  bind(calls: Calls): unknown[][];
  /** Answers position, partner_id, actor_kind and actor_id of every `input i` whose caller may call. */
  select: string;
};

export const CALLERS: Readonly<Record<CallerKind, CallerSql>> = {
  credential: {
    columns: [{ name: 'token_hash', type: 'bytea' }],
    bind: (calls) => [
      calls.map(({ caller }) => (caller.kind === 'credential' ? caller.tokenHash : null)),
    ],
    select: `select i.position, c.partner_id, 'credential' as actor_kind, c.client_id as actor_id
  from input i
  join access_tokens t on t.token_hash = i.token_hash and t.expires_at > now()
  join credentials c on c.credential_id = t.credential_id and c.revoked_at is null
  join partners p on p.partner_id = c.partner_id and p.suspended_at is null`,
  },
  member: {
    columns: [
      { name: 'session_hash', type: 'bytea' },
      { name: 'member_of', type: 'integer' },
      { name: 'roles', type: 'text' },
    ],
    bind: (calls) => {
      const members = calls.map(({ caller }) => (caller.kind === 'member' ? caller : undefined));
      return [
        members.map((member) => member?.sessionHash ?? null),
        members.map((member) => member?.partnerId ?? null),
        members.map((member) => (member ? `{${member.roles}}` : null)),
      ];
    },
    select: `select i.position, m.partner_id, 'person' as actor_kind, m.person_id::text as actor_id
  from input i
  ${memberOf('i')}`,
  },
};

/**
 * The rows of a statement's input.
 *
 * @param columns names and types of what the calls ask, bound from `$1` on; the caller's follow
 */
export function inputRows(kind: CallerKind, columns: Readonly<Record<string, string>>): string {
  const own = CALLERS[kind].columns.map(({ name, type }) => [name, type] as const);
  const all = [...Object.entries(columns), ...own];
  return `unnest(${all.map(([, type], n) => `$${n + 1}::${type}[]`).join(', ')})
    with ordinality as call (${all.map(([name]) => name).join(', ')}, position)`;
}
