/** Two partners with 100,000 accounts each, for what must stay quick with so many. */
import { openPostgres } from '../packages/server/src/database/postgres.ts';
import { SERVER, type Stage } from './stage.ts';

const ACCOUNTS = 100_000;
const PATIENCE = { query_timeout: 600_000 };

/** A partner with them: names in four scripts, an administrator and a colleague each; another has as many. */
export async function fillManyAccounts({ connection }: Stage): Promise<void> {
  const database = openPostgres({ connection, connections: 1 });
  const query = (text: string, values: unknown[] = []) =>
    database.pool.query({ text, values, ...PATIENCE });
  await query('set statement_timeout = 0');
  await query(`insert into partners (name) values ('Others')`);
  for (const [partner, offset] of [
    [1, 10_000],
    [2, 5_000_000],
  ])
    await query(
      `insert into accounts (server, account_id, partner_id, account_name, account_status,
         builder_url, seat_limit, inbox_limit, reference, created_at, changed_at, administrators)
       select $1, $3 + n, $2,
         case n % 4 when 0 then 'Acme Trading ' || n || ' Ltd' when 1 then 'חברת הבנייה ' || n || ' בעמ'
           when 2 then 'ООО Ромашка ' || n || ' и Партнёры' else 'Café Ünïcode ' || n end,
         (n % 10 > 0)::integer, case when n % 3 = 0 then 'https://b' || n % 50 || '.example/login' else '' end,
         3, 2, 'REF' || n, now() - n * interval '1 minute', now() - n % 7919 * interval '1 minute',
         case when $2 = 1 then 'ADMIN' || n || '@EXAMPLE.COM' else '' end
       from generate_series(1, $4) as n`,
      [SERVER, partner, offset, ACCOUNTS],
    );
  await query(
    `insert into persons (name, email)
     select 'Somebody', kind || n || '@example.com'
     from generate_series(1, $1) as n, unnest(array['admin', 'agent']) as kind`,
    [ACCOUNTS],
  );
  await query(
    `insert into agents (server, account_id, agent_id, person_id, role, state, agent_name,
       display_name, last_entered_at)
     select $1, 10000 + substr(email, 6, position('@' in email) - 6)::integer,
       case when email like 'admin%' then 1 else 2 end, id,
       case when email like 'admin%' then 'administrator' else 'agent' end, 'open', name, name,
       case when random() < 0.5 then now() end
     from persons`,
    [SERVER],
  );
  await query(
    `insert into builder_checks (origin, host, state, at)
     select 'https://b' || n || '.example', 'b' || n || '.example',
       case when n < 5 then 'unreachable' else 'ok' end, now()
     from generate_series(0, 49) as n`,
  );
  await query('vacuum analyze');
  await database.close();
}
