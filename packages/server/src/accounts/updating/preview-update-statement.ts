/**
 * What updateAccount would do, for many accounts at once, judged as its statement judges
 * (`update-account-statement.ts`). It only reads, and holds nobody.
 */
import type { Answer } from '@switchboard/contract';
import type { GatheredStatement } from '../../database/database.ts';
import { type HeldRow, heldToWire } from '../holds/held.ts';
import { CALLERS, type CallerKind, inputRows } from './callers.ts';
import { SIGNED_IN, UNUSED_LINKS } from './signed-in.ts';
import type { AccountUpdate, AccountUpdated } from './update-account-statement.ts';

type Item = Answer<'updateAccounts'>['list'][number];

export type UpdatePreviewed = Omit<AccountUpdated, 'suspended'> & {
  changes: NonNullable<Item['changes']>;
  /** The people who would be signed out, by their ids. */
  people: readonly string[];
  sessions: number;
  loginLinks: number;
};

const COLUMNS = {
  ...{ server: 'text', account_id: 'integer', account_name: 'text', account_status: 'smallint' },
  ...{ builder_url: 'text', if_match: 'text' },
};

const textFor = (kind: CallerKind): string => `
with input as materialized (
  select call.*
  from ${inputRows(kind, COLUMNS)}
),
caller as materialized (
  ${CALLERS[kind].select}
),
target as materialized (
  select i.position, a.server, a.account_id, a.revision, a.entry_number,
    a.account_name as old_name, coalesce(i.account_name, a.account_name) as new_name,
    a.account_status as old_status, coalesce(i.account_status, a.account_status) as new_status,
    a.builder_url as old_url, coalesce(i.builder_url, a.builder_url) as new_url,
    i.if_match is null or i.if_match = '*'
      or a.revision = any (nullif(i.if_match, '*')::bigint[]) as revision_matches,
    a.held_reason, a.held_at
  from input i
  join caller c on c.position = i.position
  join accounts a on a.server = i.server and a.account_id = i.account_id
    and a.partner_id = c.partner_id and a.deleted_at is null
),
cut as (
  select t.position, held.people, held.sessions, links.unused as links
  from target t
  cross join lateral (
    select coalesce(sum(s.live), 0)::integer as sessions,
      array_agg(s.person_id::text) filter (where s.live > 0) as people
    from (${SIGNED_IN}) s
  ) held
  cross join lateral (${UNUSED_LINKS}) links
  where t.revision_matches and t.new_status < t.old_status
)
select i.position, c.position is not null as may_call, s.name is not null as server_known,
  t.position is not null as found, t.revision_matches, t.revision, t.account_id, t.server,
  t.held_reason, t.held_at, t.old_name, t.new_name, t.old_status, t.new_status, t.old_url, t.new_url,
  cut.people, coalesce(cut.sessions, 0) as sessions, coalesce(cut.links, 0) as links
from input i
left join caller c on c.position = i.position
left join servers s on s.name = i.server
left join target t on t.position = i.position
left join cut on cut.position = i.position`;

type PreviewStatement = GatheredStatement<AccountUpdate, UpdatePreviewed>;

const statementFor = (kind: CallerKind, name: string): PreviewStatement => ({
  name,
  text: textFor(kind),
  bind: (calls) => [
    calls.map((call) => call.server),
    calls.map((call) => call.accountId),
    calls.map((call) => call.accountName ?? null),
    calls.map((call) => call.accountStatus ?? null),
    calls.map((call) => call.builderUrl ?? null),
    calls.map(({ ifMatch }) => (Array.isArray(ifMatch) ? `{${ifMatch}}` : (ifMatch ?? null))),
    ...CALLERS[kind].bind(calls),
  ],
  outcome: (row) => {
    const r = row as Row;
    return {
      mayCall: r.may_call,
      serverKnown: r.server_known,
      account: r.found ? settings(r) : undefined,
      revisionMatches: r.revision_matches,
      changes: changesOf(r),
      people: r.people ?? [],
      sessions: r.sessions,
      loginLinks: r.links,
    };
  },
});

/** For calls of one kind of caller each. */
export const previewUpdateStatements: Readonly<Record<CallerKind, PreviewStatement>> = {
  credential: statementFor('credential', 'preview_update'),
  member: statementFor('member', 'preview_update_by_member'),
};

type Row = {
  may_call: boolean;
  server_known: boolean;
  found: boolean;
  revision_matches: boolean;
  revision: number;
  account_id: number;
  server: string;
  old_name: string;
  new_name: string;
  old_status: 0 | 1;
  new_status: 0 | 1;
  old_url: string;
  new_url: string;
  people: string[] | null;
  sessions: number;
  links: number;
} & HeldRow;

const settings = (row: Row): AccountUpdated['account'] => ({
  account_id: row.account_id,
  server: row.server,
  account_name: row.old_name,
  account_status: row.old_status,
  builder_url: row.old_url,
  revision: row.revision,
  ...heldToWire(row),
});

const changesOf = (row: Row): UpdatePreviewed['changes'] => ({
  ...(row.new_name !== row.old_name && {
    account_name: { from: row.old_name, to: row.new_name },
  }),
  ...(row.new_status !== row.old_status && {
    account_status: { from: row.old_status, to: row.new_status },
  }),
  ...(row.new_url !== row.old_url && { builder_url: { from: row.old_url, to: row.new_url } }),
});
