/**
 * updateAccount's statement, for one call or many: who calls → lock the accounts in order →
 * change → record → answer. Nothing is read to be written back later.
 * Explained in `docs/hot-path.md`.
 */
import type { Answer } from '@switchboard/contract';
import type { GatheredStatement } from '../../database/database.ts';
import { type HeldRow, heldToWire } from '../holds/held.ts';
import { CALLERS, type CallerKind, inputRows, type Proof } from './callers.ts';
import { HOLDING } from './holding.ts';
import { SIGNED_IN, UNUSED_LINKS } from './signed-in.ts';

export type AccountUpdate = {
  caller: Proof;
  server: string;
  accountId: number;
  accountName: string | undefined;
  accountStatus: 0 | 1 | undefined;
  statusReason: string | undefined;
  builderUrl: string | undefined;
  ifMatch: '*' | readonly number[] | undefined;
  address: string;
  requestId: string;
};

type Settings = Omit<Answer<'updateAccount'>, 'suspended'>;

export type AccountUpdated = {
  /** The caller is who they were, at the moment of the change. */
  mayCall: boolean;
  serverKnown: boolean;
  /** The settings now in force; undefined when the partner has no such account. */
  account: Settings | undefined;
  revisionMatches: boolean;
  /** Only when this call switched the account off. */
  suspended: Answer<'updateAccount'>['suspended'];
};

const LOCK_TIMEOUT = { patient: '2s', impatient: '250ms' };

const COLUMNS = {
  ...{ server: 'text', account_id: 'integer' },
  ...{ account_name: 'text', account_status: 'smallint', status_reason: 'text' },
  ...{ builder_url: 'text', if_match: 'text', address: 'text', request_id: 'text' },
};

/** Behind the arrays of COLUMNS and of who calls. */
const lockTimeout = (kind: CallerKind): string =>
  `$${Object.keys(COLUMNS).length + CALLERS[kind].columns.length + 1}`;

/** What a cut hits, counted after it; `r` where the answer is made. */
const RECEIPT = `,
receipt as (
  select t.position, t.at, held.people, held.sessions, links.unused as links
  from changed t
  cross join lateral (
    select coalesce(sum(s.live), 0)::integer as sessions, count(*) filter (where s.live > 0) as people
    from (${SIGNED_IN}) s
  ) held
  cross join lateral (${UNUSED_LINKS}) links
  where t.new_status < t.old_status
)`;

/** @param cuts whether a call switches off: the others do without the tables of who is signed in */
const textFor = (kind: CallerKind, cuts: boolean): string => `
with input as materialized (
  select call.*
  from (select set_config('switchboard.operation', 'updateAccount', true) as operation,
               set_config('lock_timeout', ${lockTimeout(kind)}, true) as lock_timeout) as setting,
       ${inputRows(kind, COLUMNS)}
  where setting.operation = 'updateAccount'
),
caller as materialized (
  ${CALLERS[kind].select}
  ${HOLDING[kind].atOnce}
),
-- Locked in the order of the key, so that two statements never wait for each other; the values
-- are those of the row as it is once the lock is held.
target as materialized (
  select i.position, a.partner_id, a.server, a.account_id, a.revision, a.entry_number,
    a.account_name as old_name, coalesce(i.account_name, a.account_name) as new_name,
    a.account_status as old_status, coalesce(i.account_status, a.account_status) as new_status,
    a.builder_url as old_url, coalesce(i.builder_url, a.builder_url) as new_url,
    i.if_match is null or i.if_match = '*'
      or a.revision = any (nullif(i.if_match, '*')::bigint[]) as revision_matches,
    a.reference, c.actor_kind, c.actor_id, i.address, i.request_id, i.status_reason,
    a.held_reason, a.held_at
  from input i
  join caller c on c.position = i.position
  join accounts a on a.server = i.server and a.account_id = i.account_id
    and a.partner_id = c.partner_id and a.deleted_at is null
  order by a.server, a.account_id
  for update of a
),
${HOLDING[kind].last}
-- The entry number is taken here, after the lock; the gate compares every session with it.
changed as (
  update accounts a
  set account_name = t.new_name,
      account_status = t.new_status,
      builder_url = t.new_url,
      revision = t.revision + 1,
      changed_at = clock_timestamp(),
      status_changed_at = case when t.new_status = t.old_status then a.status_changed_at
                               else clock_timestamp() end,
      entry_number = case when t.new_status = t.old_status then t.entry_number
                          else nextval('entry_numbers') end
  from target t
  where a.server = t.server and a.account_id = t.account_id and a.partner_id = t.partner_id
    and t.revision_matches and (t.held_at is null or t.new_status = 0)
    and ${HOLDING[kind].mayChange}
    and (t.new_name, t.new_status, t.new_url) is distinct from (t.old_name, t.old_status, t.old_url)
  returning t.*, clock_timestamp() as at
),
recorded as (
  insert into events (type, partner_id, server, account_id, actor_kind, actor_id, address,
                      request_id, changes, status_reason, account_name, reference, revision)
  select case when new_status < old_status then 'account.suspended'
              when new_status > old_status then 'account.resumed'
              else 'account.updated' end,
    partner_id, server, account_id, actor_kind, actor_id, address, request_id,
    case when new_name = old_name then '{}'::jsonb else jsonb_build_object(
      'account_name', jsonb_build_object('from', old_name, 'to', new_name)) end
    || case when new_status = old_status then '{}'::jsonb else jsonb_build_object(
      'account_status', jsonb_build_object('from', old_status, 'to', new_status)) end
    || case when new_url = old_url then '{}'::jsonb else jsonb_build_object(
      'builder_url', jsonb_build_object('from', old_url, 'to', new_url)) end,
    case when new_status <> old_status then status_reason end,
    new_name, reference, revision + 1
  from changed
)${cuts ? RECEIPT : ''}
select i.position,
  ${HOLDING[kind].mayCall} as may_call,
  s.name is not null as server_known,
  t.position is not null as found, t.revision_matches,
  t.revision + (d.position is not null)::integer as revision,
  t.account_id, t.server, t.new_name, t.new_status, t.new_url,
  t.held_reason, t.held_at${cuts ? ', r.at, r.people, r.sessions, r.links' : ''}
from input i
left join caller c on c.position = i.position
left join servers s on s.name = i.server
left join target t on t.position = i.position
${HOLDING[kind].join}
left join changed d on d.position = i.position
${cuts ? 'left join receipt r on r.position = i.position' : ''}`;

type Statement = GatheredStatement<AccountUpdate, AccountUpdated>;
type UpdateStatement = Statement & Required<Pick<Statement, 'lean'>>;

const statementFor = (kind: CallerKind, name: string): UpdateStatement => ({
  name,
  text: textFor(kind, true),
  lean: {
    name: `${name}_lean`,
    text: textFor(kind, false),
    fits: (calls) => calls.every(({ accountStatus }) => accountStatus !== 0),
  },
  keyOf: (call) => `${call.server}/${call.accountId}`,
  bind: (calls, patient) => [
    calls.map((call) => call.server),
    calls.map((call) => call.accountId),
    calls.map((call) => call.accountName ?? null),
    calls.map((call) => call.accountStatus ?? null),
    calls.map((call) => call.statusReason ?? null),
    calls.map((call) => call.builderUrl ?? null),
    calls.map(({ ifMatch }) => (Array.isArray(ifMatch) ? `{${ifMatch}}` : (ifMatch ?? null))),
    calls.map((call) => call.address),
    calls.map((call) => call.requestId),
    ...CALLERS[kind].bind(calls),
    patient ? LOCK_TIMEOUT.patient : LOCK_TIMEOUT.impatient,
  ],
  outcome: (row) => {
    const r = row as Row;
    return {
      mayCall: r.may_call,
      serverKnown: r.server_known,
      account: r.found ? settings(r) : undefined,
      revisionMatches: r.revision_matches,
      suspended: r.at
        ? {
            people: r.people,
            sessions_ended: r.sessions,
            login_links_voided: r.links,
            at: r.at.toISOString(),
          }
        : undefined,
    };
  },
});

/** For calls of one kind of caller each. */
export const updateAccountStatements: Readonly<Record<CallerKind, UpdateStatement>> = {
  credential: statementFor('credential', 'update_account'),
  member: statementFor('member', 'update_account_by_member'),
};

type Row = {
  may_call: boolean;
  server_known: boolean;
  found: boolean;
  revision_matches: boolean;
  revision: number;
  account_id: number;
  server: string;
  new_name: string;
  new_status: 0 | 1;
  new_url: string;
  /** Absent where no call switches off. */
  at?: Date | null;
  people: number;
  sessions: number;
  links: number;
} & HeldRow;

const settings = (row: Row): Settings => ({
  account_id: row.account_id,
  server: row.server,
  account_name: row.new_name,
  account_status: row.new_status,
  builder_url: row.new_url,
  revision: row.revision,
  ...heldToWire(row),
});
