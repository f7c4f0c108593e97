/** An account with its agent number 1, an administrator who can log in at once. */
import { MOST_ID, mailAddress } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { nameAgent } from '../agents/name-agent.ts';
import type { Db } from '../database/database.ts';
import { record } from '../events/event.ts';
import type { Context, Operation } from '../operation.ts';
import { hashing, hashPassword } from '../people/passwords/password.ts';

export const createAccount: Operation<'createAccount'> = async (input, ctx) => {
  // Hashed whether or not the person is new, so that the time tells nothing.
  const passwordHash = await hashing.take(`partner ${ctx.partnerId}`, false, () =>
    hashPassword(input.admin_password),
  );

  return ctx.write(async (db) => {
    const { server, account_id } = await takeAccountNumber(db, ctx, input.server);
    const reference = input.reference ?? '';
    await db.query(sql`
      insert into accounts
        (server, account_id, partner_id, account_name, seat_limit, inbox_limit, reference,
         next_agent_id)
      values (${server}, ${account_id}, ${ctx.partnerId}, ${input.account_name},
              ${input.agents}, ${input.inboxes}, ${reference}, 2)`);
    await nameAgent(db, ctx.partnerId, {
      server,
      accountId: account_id,
      agentId: 1,
      role: 'administrator',
      email: input.admin_email,
      name: input.admin_name,
      displayName: input.admin_displayName,
      passwordHash,
      codesTo: input.admin_2fa === 1 ? mailAddress(input.admin_2fa_value ?? '') : undefined,
    });
    await record(db, ctx, {
      type: 'account.created',
      partnerId: ctx.partnerId,
      account: { server, accountId: account_id },
      changes: {
        account_name: { from: null, to: input.account_name },
        account_status: { from: null, to: 1 },
        agents: { from: null, to: input.agents },
        inboxes: { from: null, to: input.inboxes },
        ...(reference !== '' && { reference: { from: null, to: reference } }),
      },
    });
    return {
      account_id,
      server,
      account_name: input.account_name,
      account_status: 1,
      agent_id: 1,
      reference,
      revision: 1,
    };
  });
};

/** The server's next number; its row is held until the account is committed, so none is skipped. */
async function takeAccountNumber(
  db: Db,
  ctx: Context<'createAccount'>,
  server: string | undefined,
): Promise<{ server: string; account_id: number }> {
  const which = server === undefined ? sql`is_main` : sql`name = ${server}`;
  const [taken] = await db.query<{ server: string; account_id: number }>(sql`
    update servers
    set next_account_id = next_account_id + 1
    where ${which} and next_account_id <= ${MOST_ID}
    returning name as server, next_account_id - 1 as account_id`);
  if (taken) return taken;
  const [full] = await db.query(sql`select from servers where ${which}`);
  throw ctx.refusal(full ? 'server_full' : 'server_not_found');
}
