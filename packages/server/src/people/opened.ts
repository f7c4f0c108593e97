/**
 * Memberships that others opened for somebody who never proved their address: what the first proof
 * lists, keeps, and lets wait.
 */
import type { OpenedMembership } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { keepAdministratorsBeside } from '../agents/administrators.ts';
import type { Db } from '../database/database.ts';
import type { Recorder } from '../events/event.ts';
import { NOTHING_OWED } from '../owed-mail/mail-state.ts';

/** Memberships that a page lists, and that a first proof can accept by name; any further one waits. */
const MOST_LISTED = 1000;

/**
 * What others opened for somebody who never proved their address, the oldest first; empty once it
 * is proved. Deleted accounts that may come back are among them.
 */
export async function listOpened(db: Db, personId: string): Promise<OpenedMembership[]> {
  return db.query<OpenedMembership>(sql`
    select o.id, o.name, o.server
    from persons p
    join lateral (
      select ${ACCOUNT_ID} as id, a.account_name as name, a.server, g.created_at
      from agents g
      join accounts a on a.server = g.server and a.account_id = g.account_id
      where g.person_id = p.id and g.state = 'open' and a.erased_at is null
      union all
      select ${PARTNER_ID}, t.name, null, m.created_at
      from members m
      join partners t on t.partner_id = m.partner_id
      where m.person_id = p.id and m.state = 'open'
    ) o on true
    where p.id = ${personId} and p.email_proved_at is null
    order by o.created_at, o.id
    limit ${MOST_LISTED}`);
}

// How pages name memberships.
const ACCOUNT_ID = sql`'account:' || g.server || '/' || g.account_id`;
const PARTNER_ID = sql`'partner:' || m.partner_id`;

/** Holds them until the transaction ends; call it with the person held, who gets no more of them. */
export async function holdOpened(db: Db, personId: string): Promise<void> {
  await db.query(sql`
    select from agents
    where person_id = ${personId} and state = 'open'
    order by server, account_id
    for no key update`);
  await db.query(sql`
    select from members
    where person_id = ${personId} and state = 'open'
    order by partner_id
    for no key update`);
}

/**
 * Records what was accepted and lets the rest wait, with no mail owed.
 *
 * @param kept ids of what was accepted; undefined accepts all
 */
export async function settleOpened(
  db: Db,
  from: Omit<Recorder, 'actor'>,
  personId: string,
  kept: readonly string[] | undefined,
): Promise<void> {
  await settleAccounts(db, from, personId, kept);
  await keepAdministratorsBeside(db, personId);
  await settlePartners(db, from, personId, kept);
}

/** One statement, however many there are: a planter may have opened thousands. */
async function settleAccounts(
  db: Db,
  { address, requestId }: Omit<Recorder, 'actor'>,
  personId: string,
  kept: readonly string[] | undefined,
): Promise<void> {
  await db.query(sql`
    with opened as (
      select g.server, g.account_id, g.agent_id, a.partner_id,
        a.account_name, a.reference, a.revision,
        jsonb_build_object(
          'id', g.agent_id, 'role', g.role, 'display_name', g.display_name) as agent,
        ${kept === undefined} or ${ACCOUNT_ID} = any (${kept ?? []}::text[]) as is_kept
      from agents g
      join accounts a on a.server = g.server and a.account_id = g.account_id
      where g.person_id = ${personId} and g.state = 'open' and a.erased_at is null
    ),
    -- Whoever came in before is not known to be the owner, whose name they would learn.
    kept as (
      update agents g
      set entered_at = null
      from opened o
      where g.server = o.server and g.account_id = o.account_id and g.agent_id = o.agent_id
        and o.is_kept
    ),
    declined as (
      update agents g
      set state = 'waiting', entered_at = null, last_entered_at = null, ${NOTHING_OWED}
      from opened o
      where g.server = o.server and g.account_id = o.account_id and g.agent_id = o.agent_id
        and not o.is_kept
    )
    insert into events
      (type, partner_id, server, account_id, subject, actor_kind, actor_id, address, request_id,
       account_name, reference, revision, agent)
    select case when is_kept then 'agent.joined' else 'agent.declined' end, partner_id, server,
      account_id, agent_id, 'agent', agent_id, ${address}, ${requestId},
      account_name, reference, revision, agent
    from opened`);
}

async function settlePartners(
  db: Db,
  { address, requestId }: Omit<Recorder, 'actor'>,
  personId: string,
  kept: readonly string[] | undefined,
): Promise<void> {
  await db.query(sql`
    with opened as (
      select m.partner_id,
        ${kept === undefined} or ${PARTNER_ID} = any (${kept ?? []}::text[]) as is_kept
      from members m
      where m.person_id = ${personId} and m.state = 'open'
    ),
    declined as (
      update members m
      set state = 'waiting', joined_at = null, ${NOTHING_OWED}
      from opened o
      where m.partner_id = o.partner_id and m.person_id = ${personId} and not o.is_kept
    )
    insert into events (type, partner_id, subject, actor_kind, actor_id, address, request_id)
    select case when is_kept then 'member.joined' else 'member.declined' end, partner_id,
      ${personId}, 'person', ${personId}, ${address}, ${requestId}
    from opened`);
}
