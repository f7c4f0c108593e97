/**
 * A login link: 256 random bits, stored hashed, 5 minutes, one use, for one account. It carries a
 * number of the same sequence as sessions and cuts, and the session it makes keeps that number: a
 * cut after the link was made shuts out both (docs/entering.md).
 */
import sql, { raw, type Sql } from 'sql-template-tag';
import type { Db } from '../database/database.ts';
import { type Recorder, record } from '../events/event.ts';
import type { Actor } from '../operation.ts';
import { holdPerson } from '../people/person.ts';
import { endSentSessions } from '../people/sessions/end-session.ts';
import { createLinkSession, type LinkMaker, makerInForce } from '../people/sessions/session.ts';
import { sha256 } from '../secret.ts';
import { holdAccount } from './agent.ts';
import { SHOWN_NAME } from './arrival.ts';

/** Minutes that a link can be used. */
export const LOGIN_LINK_MINUTES = 5;

/** What a link's page shows before it is used. */
export type LinkShown = {
  account_id: number;
  account_name: string;
  person_id: string;
  agent_name: string;
};

/** A link of this server that would work now. `l`, `a`, `g` and `t` are its rows. */
const usable = (token: string, server: string): Sql => sql`
  l.token_hash = ${sha256(token)} and l.server = ${server}
    and l.used_at is null and l.expires_at > now()
    and a.server = l.server and a.account_id = l.account_id
    and a.deleted_at is null and a.account_status = 1 and l.number > a.entry_number
    and g.server = l.server and g.account_id = l.account_id and g.agent_id = l.agent_id
    and g.state = 'open'
    and t.partner_id = a.partner_id and t.suspended_at is null and l.number > t.entry_number
    and ${raw(MAKER_IN_FORCE)}`;

const MAKER_IN_FORCE = makerInForce({
  credential: 'l.credential_id',
  member: 'l.member_person_id',
  number: 'l.number',
});

/** Looks at a link without using it; undefined when it would not work. */
export async function findLoginLink(
  db: Db,
  token: string,
  server: string,
): Promise<LinkShown | undefined> {
  const [row] = await db.query<LinkShown>(sql`
    select a.account_id, a.account_name, g.person_id, ${SHOWN_NAME} as agent_name
    from login_links l, accounts a, agents g, partners t
    where ${usable(token, server)}`);
  return row;
}

export type LinkUse = {
  token: string;
  server: string;
  /** Of the browser that uses it. */
  userAgent: string | undefined;
  /** Tokens of the sessions whose cookies the new one takes the place of in this browser. */
  replaces: readonly string[];
};

type Used = {
  client_id: string | null;
  credential_id: number | null;
  member_person_id: string | null;
  account_id: number;
  agent_id: number;
  partner_id: number;
  person_id: string;
  number: number;
};

/**
 * Uses a link up and makes its session.
 *
 * @returns the session's token and the account; undefined when the link does not work (any more)
 */
export async function useLoginLink(
  db: Db,
  from: Omit<Recorder, 'actor'>,
  { token, server, userAgent, replaces }: LinkUse,
): Promise<{ sessionToken: string; accountId: number } | undefined> {
  // The account, as whatever is recorded of it; then the person: whoever ends their sessions sees
  // this one, and it those before it.
  const found = await findLoginLink(db, token, server);
  if (!found) return undefined;
  await holdAccount(db, server, found.account_id);
  await holdPerson(db, found.person_id);
  const [used] = await db.query<Used>(sql`
    update login_links l
    set used_at = now()
    from accounts a, agents g, partners t
    where ${usable(token, server)}
    returning l.credential_id, l.member_person_id, l.account_id, l.agent_id, l.number, a.partner_id,
      g.person_id,
      (select client_id from credentials c where c.credential_id = l.credential_id) as client_id`);
  if (!used) return undefined;
  const recorder: Recorder = { ...from, actor: makerOf(used.client_id, used.member_person_id) };
  await endSentSessions(db, recorder, replaces, `server:${server}`);
  const sessionToken = await createLinkSession(db, recorder, {
    personId: used.person_id,
    number: used.number,
    address: from.address,
    userAgent: userAgent?.slice(0, 500),
    server,
    accountId: used.account_id,
    agentId: used.agent_id,
    maker: { credentialId: used.credential_id, memberPersonId: used.member_person_id } as LinkMaker,
  });
  await record(db, recorder, {
    type: 'login_link.used',
    partnerId: used.partner_id,
    account: { server, accountId: used.account_id },
    subject: String(used.agent_id),
  });
  return { sessionToken, accountId: used.account_id };
}

/** As the log names whoever made a link. */
export const makerOf = (clientId: string | null, personId: string | null): Actor =>
  personId === null ? { kind: 'credential', id: clientId ?? '' } : { kind: 'person', id: personId };

/** Housekeeping. */
export const sweepLoginLinks = sql`delete from login_links where expires_at < now() - interval '1 day'`;
