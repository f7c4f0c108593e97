/** Whom a cut of an account hits: parts of statements that know it as `t`, a row with its entry number. */

/**
 * Its open agents, each with the live sessions that could enter it.
 *
 * Person by person, by password and by link apart: each a range of the sessions' index, which holds
 * what can count and nothing else. As one join it may be planned over all sessions.
 */
export const SIGNED_IN = `
    select g.person_id, by_password.held + by_link.held as live
    from agents g
    cross join lateral (
      select count(*) as held
      from sessions s
      where s.person_id = g.person_id and s.realm = 'server:' || t.server
        and s.link_account_id is null and s.expires_at > now() and s.number > t.entry_number
    ) by_password
    cross join lateral (
      select count(*) as held
      from sessions s
      where s.person_id = g.person_id and s.realm = 'server:' || t.server
        and s.link_account_id = t.account_id and s.link_agent_id = g.agent_id
        and s.expires_at > now() and s.number > t.entry_number
    ) by_link
    where g.server = t.server and g.account_id = t.account_id and g.state = 'open'`;

/** How many of its login links are unused and unexpired. */
export const UNUSED_LINKS = `
    select count(*) as unused
    from login_links l
    where l.server = t.server and l.account_id = t.account_id
      and l.number > t.entry_number and l.used_at is null and l.expires_at > now()`;
