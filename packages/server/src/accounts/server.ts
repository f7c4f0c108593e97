/** Servers: the hosts of accounts, named by their subdomain. The first one is the main server. */
import sql from 'sql-template-tag';
import { record } from '../events/event.ts';
import type { Operation } from '../operation.ts';

type ServerRow = { server: string; main: boolean; create_time: number };

export const createServer: Operation<'createServer'> = async (input, ctx) =>
  ctx.write(async (db) => {
    // One at a time, so that two first servers cannot both become the main one.
    await db.query(sql`lock table servers in share row exclusive mode`);
    const [row] = await db.query<ServerRow>(sql`
      insert into servers (name, is_main)
      values (${input.server}, not exists (select from servers where is_main))
      on conflict do nothing
      returning name as server, is_main as main,
        extract(epoch from created_at)::bigint as create_time`);
    if (!row) throw ctx.refusal('server_exists');
    await record(db, ctx, {
      type: 'server.created',
      partnerId: null,
      subject: row.server,
    });
    return row;
  });

export const getServers: Operation<'getServers'> = async (_input, { read, policy }) => {
  const rows = await read((db) =>
    db.query<{ server: string; main: boolean }>(sql`
      select name as server, is_main as main from servers order by name`),
  );
  return { list: rows.map((row) => ({ ...row, address: policy.addressOf(row.server) })) };
};

export const listServers: Operation<'listServers'> = async (_input, ctx) => ({
  list: await ctx.read((db) =>
    db.query<ServerRow>(sql`
      select name as server, is_main as main,
        extract(epoch from created_at)::bigint as create_time
      from servers
      order by name`),
  ),
});
