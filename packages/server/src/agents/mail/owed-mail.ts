/**
 * What is owed to agents, as rows: who is mailed next, and how much one receiver gets. Partners
 * take turns, and what is over the budget is put off until it is within it, never dropped.
 */
import type { Language, MailFailure } from '@switchboard/contract';
import sql, { type Sql } from 'sql-template-tag';
import type { Database, Db } from '../../database/database.ts';
import { NOTHING_OWED } from './mail-state.ts';

const LEASE_MINUTES = 5;

/** Minutes between the tries of a letter that was not taken: for a day, then it is given up. */
const LADDER = [1, 5, 15, 30, ...Array<number>(23).fill(60)];

/** Letters to one receiver for one partner, and invitations and words of one account. */
const BUDGET = { receiverHourly: 3, receiverDaily: 10, accountHourly: 100 };

// In milliseconds, as Date has them: it is compared again.
const LEASE = sql`date_trunc('milliseconds', now()) + ${LEASE_MINUTES} * interval '1 minute'`;

// Any constant will do, but that of migrations.
const CLAIM_LOCK = 7_263_415;

export type Owed = {
  server: string;
  account_id: number;
  agent_id: number;
  partner_id: number;
  /** Of the letter as it was counted. */
  sent_id: number;
  state: 'open' | 'waiting';
  /** What holds it for this process: somebody else's claim has another. */
  mail_due_at: Date;
  /** This one included. */
  mail_tries: number;
  email: string;
  name: string;
  language: Language | null;
  account_name: string;
  account_language: Language | null;
  partner_name: string;
  /** The name of the agent who invited this one; null where the partner did. */
  inviter_name: string | null;
  sets_password: boolean;
};

export type Room = {
  letters: number;
  /** Of one partner, those under way included. */
  each: number;
  /** How many of each partner are under way here. */
  underWay: ReadonlyMap<number, number>;
};

/** As many of those who are due as there is room for, the first of each partner first. */
const whoseTurn = (room: Room): Sql => sql`
  due as (
    select g.server, g.account_id, g.agent_id, a.partner_id, m.email, g.mail_due_at,
      row_number() over (partition by a.partner_id, g.person_id
                         order by g.mail_due_at, g.server, g.account_id) as of_receiver
    from agents g
    join accounts a on a.server = g.server and a.account_id = g.account_id
      and a.deleted_at is null
    join persons m on m.id = g.person_id
    where g.mail_due_at <= now()
  ),
  turns as (
    select d.*, coalesce(u.letters, 0) + row_number() over (
      partition by d.partner_id order by d.mail_due_at) as turn
    from due d
    left join unnest(${[...room.underWay.keys()]}::integer[],
                     ${[...room.underWay.values()]}::integer[]) u (partner_id, letters)
      using (partner_id)
    where d.of_receiver = 1
  ),
  taken as (
    select g.server, g.account_id, g.agent_id, t.partner_id,
      sha256(convert_to(t.email, 'UTF8')) as receiver_hash, t.turn
    from agents g
    join turns t using (server, account_id, agent_id)
    where t.turn <= ${room.each} and g.mail_due_at <= now()
    order by t.turn, t.mail_due_at
    limit ${room.letters}
    for update of g skip locked
  )`;

/** When the budget has room: the third newest letter to the receiver is an hour old, and so on. */
const ALLOWED_AT = sql`coalesce(greatest(
    (select s.sent_at + interval '1 hour' from mail_sent s
     where s.partner_id = n.partner_id and s.receiver_hash = n.receiver_hash
     order by s.sent_at desc offset ${BUDGET.receiverHourly - 1} limit 1),
    (select s.sent_at + interval '1 day' from mail_sent s
     where s.partner_id = n.partner_id and s.receiver_hash = n.receiver_hash
     order by s.sent_at desc offset ${BUDGET.receiverDaily - 1} limit 1),
    (select s.sent_at + interval '1 hour' from mail_sent s
     where s.server = n.server and s.account_id = n.account_id
     order by s.sent_at desc
     offset greatest(${BUDGET.accountHourly} - n.of_account, 0) limit 1)
  ), now())`;

/**
 * Takes what is due, for a while: another node takes it over when this one dies. It counts as sent
 * from then on.
 *
 * @returns `owed` to be mailed now; `isAll` when nothing else is due that there is room for
 */
export function claim(database: Database, room: Room): Promise<{ owed: Owed[]; isAll: boolean }> {
  return database.write(async (db) => {
    // Two nodes that count letters to one receiver at a time would both find room for one more.
    await db.query(sql`select pg_advisory_xact_lock(${CLAIM_LOCK})`);
    const rows = await db.query<Owed & { sent_id: number | null }>(sql`
      with ${whoseTurn(room)},
      numbered as (
        select t.*, row_number() over (partition by server, account_id order by turn) as of_account
        from taken t
      ),
      judged as (
        select n.*, ${ALLOWED_AT} as allowed_at
        from numbered n
      ),
      counted as (
        insert into mail_sent (partner_id, receiver_hash, server, account_id)
        select partner_id, receiver_hash, server, account_id
        from judged
        where allowed_at <= now()
        returning sent_id, partner_id, receiver_hash
      )
      update agents g
      set mail_due_at = case when c.sent_id is null then j.allowed_at else ${LEASE} end,
        mail_tries = g.mail_tries + case when c.sent_id is null then 0 else 1 end
      from judged j
      left join counted c using (partner_id, receiver_hash), accounts a, partners p, persons m
      where g.server = j.server and g.account_id = j.account_id and g.agent_id = j.agent_id
        and a.server = g.server and a.account_id = g.account_id
        and p.partner_id = a.partner_id and m.id = g.person_id
      returning g.server, g.account_id, g.agent_id, a.partner_id, c.sent_id, g.state,
        g.mail_due_at, g.mail_tries, m.email, m.language, a.account_name,
        case when m.email_proved_at is null then g.agent_name else m.name end as name,
        a.settings->>'language' as account_language,
        coalesce(nullif(p.support_name, ''), p.name) as partner_name,
        (select i.display_name from agents i
         where i.server = g.server and i.account_id = g.account_id and i.agent_id = g.invited_by)
          as inviter_name,
        m.email_proved_at is null as sets_password`);
    return { owed: rows.filter(({ sent_id }) => sent_id !== null), isAll: rows.length === 0 };
  });
}

/** The agent, while the claim of this process is in force. */
const held = (owed: Owed): Sql => sql`
  server = ${owed.server} and account_id = ${owed.account_id}
    and agent_id = ${owed.agent_id} and mail_due_at = ${owed.mail_due_at}`;

/** The letter is still with the mail server: nobody else takes it over. */
export async function holdOn(database: Database, owed: Owed): Promise<void> {
  const [row] = await database.write((db) =>
    db.query<{ mail_due_at: Date }>(sql`
      update agents set mail_due_at = ${LEASE} where ${held(owed)} returning mail_due_at`),
  );
  if (row) owed.mail_due_at = row.mail_due_at;
}

/**
 * The mail server took the letter; one that became due meanwhile stays due.
 *
 * @returns whether the claim was still in force
 */
export async function settle(db: Db, owed: Owed): Promise<boolean> {
  const settled = await db.query(sql`
    update agents set ${NOTHING_OWED} where ${held(owed)} returning agent_id`);
  return settled.length > 0;
}

/** Whether the letter is still owed, and by this claim: it may have waited for its place for long. */
export async function isHeld(database: Database, owed: Owed): Promise<boolean> {
  const rows = await database.read((db) =>
    db.query(sql`
    select from agents g
    join accounts a using (server, account_id)
    where ${held(owed)} and g.state = ${owed.state} and a.deleted_at is null`),
  );
  return rows.length > 0;
}

/** As `NotTaken` says it. */
export type Failed = { failure: MailFailure; answer: string; isFinal: boolean; counts: boolean };

/** It was not taken: it is tried again, later each time, or given up. */
export async function putOff(db: Db, owed: Owed, failed: Failed): Promise<void> {
  const minutes = failed.isFinal ? undefined : LADDER[owed.mail_tries - 1];
  await db.query(sql`
    update agents
    set mail_due_at = now() + ${minutes ?? null}::integer * interval '1 minute',
      mail_failure = ${failed.failure}, mail_answer = ${failed.answer}, mail_failed_at = now()
    where ${held(owed)}`);
  if (!failed.counts) await db.query(sql`delete from mail_sent where sent_id = ${owed.sent_id}`);
}

/** It was not tried: it does not count, and is due again when the lease ends. */
export async function giveBack(database: Database, owed: Owed): Promise<'not_tried'> {
  await database.write(async (db) => {
    await db.query(sql`
      update agents set mail_tries = greatest(mail_tries - 1, 0) where ${held(owed)}`);
    await db.query(sql`delete from mail_sent where sent_id = ${owed.sent_id}`);
  });
  return 'not_tried';
}

/** How many agents got no letter within the last day, given up and still tried. */
export async function countNotMailed(
  database: Database,
): Promise<{ failed: number; delayed: number }> {
  const [row] = await database.read((db) =>
    db.query<{ failed: number; delayed: number }>(sql`
      select count(*) filter (where mail_due_at is null) as failed, count(mail_due_at) as delayed
      from agents
      where mail_failed_at > now() - interval '1 day' and mail_failure is not null`),
  );
  return row ?? { failed: 0, delayed: 0 };
}

/** Housekeeping: an answer may name people. */
export const sweepMailAnswers = sql`
  update agents set mail_answer = ''
  where mail_failed_at < now() - interval '30 days' and mail_answer <> ''`;

/** Housekeeping. */
export const sweepMailSent = sql`delete from mail_sent where sent_at < now() - interval '1 day'`;
