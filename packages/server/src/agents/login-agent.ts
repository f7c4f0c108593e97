/** A link that logs one agent in, once, into one account. Made by a program, or by a member. */
import sql from 'sql-template-tag';
import { loadAccount } from '../accounts/account.ts';
import type { Db } from '../database/database.ts';
import { record } from '../events/event.ts';
import type { Context, Operation } from '../operation.ts';
import type { LinkMaker } from '../people/sessions/session.ts';
import { newToken, sha256 } from '../secret.ts';
import { holdAccount } from './agent.ts';
import { LOGIN_LINK_MINUTES } from './login-link.ts';

export const loginAgent: Operation<'loginAgent'> = async (input, ctx) =>
  ctx.write(async (db) => {
    const { accountID, agentID, server } = input;
    const account = await loadAccount(db, ctx, server, accountID);
    // As whatever is recorded of it; nobody holds an account that is not theirs.
    await holdAccount(db, server, accountID);
    if (account.account_status === 0) throw ctx.refusal('account_suspended');
    const maker = await findMaker(db, ctx);
    if (!maker) throw ctx.refusal('access_token_invalid');
    const token = newToken('swb_ll_');
    // A cut that commits in between takes a greater number or finds the account off, and its use
    // asks for its maker once more: either way the link is void.
    const [made] = await db.query(sql`
      insert into login_links (token_hash, server, account_id, agent_id, credential_id, member_person_id, expires_at)
      select ${sha256(token)}, g.server, g.account_id, g.agent_id,
        ${maker.credentialId}::integer, ${maker.memberPersonId}::uuid,
        now() + ${LOGIN_LINK_MINUTES} * interval '1 minute'
      from agents g
      where g.server = ${server} and g.account_id = ${accountID} and g.agent_id = ${agentID}
        and g.state = 'open'
      returning number`);
    if (!made) throw ctx.refusal('agent_not_found');
    await record(db, ctx, {
      type: 'login_link.created',
      partnerId: ctx.partnerId,
      account: { server, accountId: accountID },
      subject: String(agentID),
    });
    const login = `${ctx.policy.addressOf(server)}/login-link/${token}`;
    return { accountID, agentID, server, login };
  });

/** Undefined for a credential that is revoked. A member is confirmed at the end of the change. */
async function findMaker(
  db: Db,
  { caller, partnerId }: Pick<Context<'loginAgent'>, 'caller' | 'partnerId'>,
): Promise<LinkMaker | undefined> {
  if (caller.kind === 'member') return { credentialId: null, memberPersonId: caller.personId };
  const [credential] = await db.query<{ credential_id: number }>(sql`
    select credential_id from credentials
    where client_id = ${caller.clientId} and partner_id = ${partnerId} and revoked_at is null`);
  return credential && { credentialId: credential.credential_id, memberPersonId: null };
}
