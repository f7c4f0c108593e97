/** Who is told of what happens to a partner. */
import { defaultSettings, type Language } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Db } from '../database/database.ts';

export type Administrator = { email: string; name: string; language: Language };

/** The partner's administrators who accepted to be. */
export const listAdministrators = (db: Db, partnerId: number): Promise<Administrator[]> =>
  db.query(sql`
    select p.email, p.name, coalesce(p.language, ${defaultSettings.language}) as language
    from members m
    join persons p on p.id = m.person_id
    where m.partner_id = ${partnerId} and m.role = 'administrator' and m.state = 'open'
    order by p.email`);
