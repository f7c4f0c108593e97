/**
 * How updateAccount's statement holds whoever calls until it commits, so that a revocation or removal
 * that has returned lets nothing land any more: the parts of its text that differ by kind of caller.
 */
import { memberOf } from '../../members/authority.ts';
import type { CallerKind } from './callers.ts';

type Holding = {
  /** What is locked where the caller is found. */
  atOnce: string;
  /** A query `held` behind the lock of the accounts, for what comes after them in the order of locks. */
  last: string;
  join: string;
  mayCall: string;
  mayChange: string;
};

export const HOLDING: Readonly<Record<CallerKind, Holding>> = {
  // The token is not held: who suspends a partner holds the partner and takes its tokens away.
  credential: {
    atOnce: 'for share of c, p',
    last: '',
    join: '',
    mayCall: 'c.position is not null',
    mayChange: 'true',
  },
  // Memberships and sessions come after accounts. The count has every account locked first; the
  // session is the last: who removes a member holds the membership and then ends its sessions.
  member: {
    atOnce: '',
    last: `held as materialized (
  select i.position
  from target t
  join input i on i.position = t.position
  ${memberOf('i')}
  where (select count(*) from target) > 0
  for share of p, m, s
),`,
    join: 'left join held h on h.position = i.position',
    mayCall: 'c.position is not null and (t.position is null or h.position is not null)',
    mayChange: 'exists (select from held h where h.position = t.position)',
  },
};
