/** For tests of owed mail: people to whom a letter is owed, and time that passes. */
import sql from 'sql-template-tag';
import type { TestService } from '../service.ts';

/** Where no mail server is. */
export const NOWHERE = { SMTP_URL: 'smtp://127.0.0.1:1' };
const server = 'online';

/** So many new people wait in that account; their addresses begin with `mark`. */
export async function owe(service: TestService, account_id: number, count: number, mark: string) {
  await service.database.write((db) =>
    db.query(sql`
      with made as (
        insert into persons (name, email)
        select 'Noa', ${mark} || '-' || n || '@example.com' from generate_series(1, ${count}::int) n
        returning id
      )
      insert into agents (server, account_id, agent_id, person_id, role, state, agent_name,
        display_name, mail_due_at)
      select ${server}, ${account_id}, row_number() over () + (
          select max(agent_id) from agents
          where server = ${server} and account_id = ${account_id}),
        id, 'agent', 'waiting', 'Noa', 'Noa', now()
      from made`),
  );
}

export const manySeats = { agents: 999 };

/** As if what was sent, and what waits, were so much older. */
export const pass = ({ database }: TestService, hours: number) =>
  database.write(async (db) => {
    await db.query(sql`
      update mail_sent set sent_at = sent_at - ${hours} * interval '1 hour'`);
    await db.query(sql`
      update agents set mail_due_at = mail_due_at - ${hours} * interval '1 hour'`);
  });
