/**
 * Who is mailed next, and how much one receiver gets. Partners take turns, and what is over the
 * budget is put off until it is within it, never dropped.
 */
import sql, { type Sql } from 'sql-template-tag';
import type { Database } from '../database/database.ts';
import { LEASE, type Owed } from './owed-mail.ts';

/**
 * Letters to one receiver for one partner; and those of one account, or to a partner's own people.
 */
const BUDGET = { receiverHourly: 3, receiverDaily: 10, placeHourly: 100 };

// Any constant will do, but that of migrations.
const CLAIM_LOCK = 7_263_415;

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
    select 'agent' as kind, g.server, g.account_id, g.agent_id, a.partner_id, g.person_id,
      g.mail_due_at
    from agents g
    join accounts a on a.server = g.server and a.account_id = g.account_id
      and a.deleted_at is null
    where g.mail_due_at <= now()
    union all
    select 'member', null, null, null, b.partner_id, b.person_id, b.mail_due_at
    from members b
    where b.mail_due_at <= now()
  ),
  of_receivers as (
    select d.*, row_number() over (
      partition by partner_id, person_id
      order by mail_due_at, server, account_id) as of_receiver
    from due d
  ),
  turns as (
    select d.*, coalesce(u.letters, 0) + row_number() over (
      partition by d.partner_id order by d.mail_due_at) as turn
    from of_receivers d
    left join unnest(${[...room.underWay.keys()]}::integer[],
                     ${[...room.underWay.values()]}::integer[]) u (partner_id, letters)
      using (partner_id)
    where d.of_receiver = 1
  ),
  taken_agents as (
    select t.*
    from agents g
    join turns t using (server, account_id, agent_id)
    where t.turn <= ${room.each} and g.mail_due_at <= now()
    order by t.turn, t.mail_due_at
    limit ${room.letters}
    for update of g skip locked
  ),
  taken_members as (
    select t.*
    from members b
    join turns t on t.kind = 'member'
      and t.partner_id = b.partner_id and t.person_id = b.person_id
    where t.turn <= ${room.each} and b.mail_due_at <= now()
    order by t.turn, t.mail_due_at
    limit ${room.letters}
    for update of b skip locked
  ),
  taken as (
    select t.*, sha256(convert_to(p.email, 'UTF8')) as receiver_hash
    from (select * from taken_agents union all select * from taken_members) t
    join persons p on p.id = t.person_id
    order by t.turn, t.mail_due_at
    limit ${room.letters}
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
     offset greatest(${BUDGET.placeHourly} - n.of_place, 0) limit 1),
    (select s.sent_at + interval '1 hour' from mail_sent s
     where n.kind = 'member' and s.partner_id = n.partner_id and s.server is null
     order by s.sent_at desc
     offset greatest(${BUDGET.placeHourly} - n.of_place, 0) limit 1)
  ), now())`;

/** What the row says from now on: leased, or due when the budget has room. */
const NOW_DUE = sql`
  mail_due_at = case when c.sent_id is null then c.allowed_at else ${LEASE} end,
  mail_tries = mail_tries + case when c.sent_id is null then 0 else 1 end`;

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
        select t.*, row_number() over (
          partition by kind, partner_id, server, account_id order by turn) as of_place
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
      ),
      claims as (
        select j.*, c.sent_id
        from judged j
        left join counted c using (partner_id, receiver_hash)
      ),
      agents_now as (
        update agents g
        set ${NOW_DUE}
        from claims c, accounts a
        where c.kind = 'agent' and g.server = c.server and g.account_id = c.account_id
          and g.agent_id = c.agent_id
          and a.server = g.server and a.account_id = g.account_id
        returning c.kind, g.server, g.account_id, g.agent_id, c.partner_id, g.person_id,
          c.sent_id, g.state, g.mail_due_at, g.mail_tries, g.agent_name as named_as,
          a.account_name, a.settings->>'language' as place_language,
          (select i.display_name from agents i
           where i.server = g.server and i.account_id = g.account_id
             and i.agent_id = g.invited_by) as inviter_name
      ),
      members_now as (
        update members b
        set ${NOW_DUE}
        from claims c
        where c.kind = 'member' and b.partner_id = c.partner_id and b.person_id = c.person_id
        returning c.kind, null, null::integer, null::integer, b.partner_id, b.person_id,
          c.sent_id, b.state, b.mail_due_at, b.mail_tries, b.member_name,
          null, (select i.language from persons i where i.id = b.invited_by),
          (select i.name from persons i where i.id = b.invited_by)
      )
      select n.*, m.email, m.language, r.name as own_name,
        coalesce(nullif(r.support_name, ''), r.name) as partner_name,
        case when m.email_proved_at is null then n.named_as else m.name end as name,
        m.email_proved_at is null or m.password_hash is null
          as sets_password
      from (select * from agents_now union all select * from members_now) n
      join persons m on m.id = n.person_id
      join partners r on r.partner_id = n.partner_id`);
    return { owed: rows.filter(({ sent_id }) => sent_id !== null), isAll: rows.length === 0 };
  });
}
