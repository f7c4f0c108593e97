/**
 * What is owed to agents, as rows: who is mailed next, and how much one receiver gets. Partners
 * take turns, and what is over the budget is put off until it is within it, never dropped.
 */
import type { Language } from '@switchboard/contract';
import sql, { type Sql } from 'sql-template-tag';
import type { Database } from '../../database/database.ts';

const LEASE_MINUTES = 5;

/** Letters to one receiver for one partner, and invitations and words of one account. */
const BUDGET = { receiverHourly: 3, receiverDaily: 10, accountHourly: 100 };

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
  mail_due_at: Date;
  email: string;
  name: string;
  language: Language | null;
  account_name: string;
  account_language: Language | null;
  partner_name: string;
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
      set mail_due_at = case when c.sent_id is null then j.allowed_at
        else date_trunc('milliseconds', now()) + ${LEASE_MINUTES} * interval '1 minute' end
      from judged j
      left join counted c using (partner_id, receiver_hash), accounts a, partners p, persons m
      where g.server = j.server and g.account_id = j.account_id and g.agent_id = j.agent_id
        and a.server = g.server and a.account_id = g.account_id
        and p.partner_id = a.partner_id and m.id = g.person_id
      returning g.server, g.account_id, g.agent_id, a.partner_id, c.sent_id, g.state,
        g.mail_due_at, m.email, m.language, a.account_name,
        case when m.email_proved_at is null then g.agent_name else m.name end as name,
        a.settings->>'language' as account_language, p.support_name as partner_name,
        m.email_proved_at is null as sets_password`);
    return { owed: rows.filter(({ sent_id }) => sent_id !== null), isAll: rows.length === 0 };
  });
}

/** The letter is with the mail server; one that became due meanwhile stays due. */
export async function settle(database: Database, owed: Owed): Promise<void> {
  await database.write((db) =>
    db.query(sql`
      update agents set mail_due_at = null
      where server = ${owed.server} and account_id = ${owed.account_id}
        and agent_id = ${owed.agent_id} and mail_due_at = ${owed.mail_due_at}`),
  );
}

/** The letter did not leave: it does not count. It is due again when the lease ends. */
export async function giveBack(database: Database, { sent_id }: Owed): Promise<void> {
  await database.write((db) => db.query(sql`delete from mail_sent where sent_id = ${sent_id}`));
}

/** Housekeeping. */
export const sweepMailSent = sql`delete from mail_sent where sent_at < now() - interval '1 day'`;
