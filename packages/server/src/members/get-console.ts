/** For whom somebody works who is signed in to the console. */
import type { ConsoleAnswer, PageCalls, PartnerOfPerson } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { VisitVerb } from '../people/visit.ts';

export const getConsole: VisitVerb<PageCalls['getConsole']> = (_input, { read, session }) =>
  read(async (db) => {
    const [person] = await db.query<ConsoleAnswer['person']>(sql`
      select id, name, email from persons where id = ${session.person_id}`);
    if (!person) throw new Error('a session without its person');
    const partners = await db.query<PartnerOfPerson>(sql`
      select m.partner_id as partner, p.name, m.role,
        case when p.suspended_at is not null then 'suspended'
             when p.entry_number >= ${session.number} then 'sign_in_again'
             when p.requires_second_factor and not h.two_factor_enabled then 'second_factor_needed'
             else 'active' end as state
      from members m
      join partners p on p.partner_id = m.partner_id
      join persons h on h.id = m.person_id
      where m.person_id = ${session.person_id} and m.state = 'open'
      order by p.name, m.partner_id`);
    return { person, partners };
  });
