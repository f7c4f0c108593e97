/** The first time that a sign-in by password enters an account, and what people are called there. */
import sql from 'sql-template-tag';
import { record } from '../events/event.ts';
import { Failure } from '../failure.ts';
import type { Inside } from './agent.ts';

/**
 * What an agent `g` is called in the account: as they call themselves once they came in; until then
 * as they were named, so that naming an address tells nobody whose it is.
 */
export const SHOWN_NAME = sql`case when g.entered_at is null then g.agent_name
  else (select name from persons where id = g.person_id) end`;

/**
 * Records that the caller's sign-in entered the account, once for each session: call it with the
 * account held and the gate passed under that. Login links have events of their own.
 *
 * @param tokenHash SHA-256 of the session's token
 * @throws Failure no_session when it ended meanwhile
 */
export async function noteArrival(inside: Inside, tokenHash: Buffer): Promise<void> {
  const { db, entered } = inside;
  const { server, accountId, partnerId, agentId } = entered;
  await db.query(sql`
    update agents set entered_at = now(), last_entered_at = now()
    where server = ${server} and account_id = ${accountId} and agent_id = ${agentId}
      and entered_at is null`);
  await record(db, inside, {
    type: 'agent.signed_in',
    partnerId,
    account: { server, accountId },
    subject: String(agentId),
  });
  // Last: whoever ends the session does not wait for what goes before.
  const noted = await db.query(sql`
    update sessions
    set entered_accounts = array_remove(entered_accounts, ${accountId}) || ${accountId}::integer
    where token_hash = ${tokenHash} and expires_at > now()
    returning id`);
  if (noted.length === 0) throw new Failure('no_session');
}
