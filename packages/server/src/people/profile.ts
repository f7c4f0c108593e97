/** A person's own profile, and the devices that are signed in. */
import type { PageCalls, Profile } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Db } from '../database/database.ts';
import {
  DUE_AGAIN,
  MEMBER_NOT_INVITED_JUST_NOW,
  NOT_INVITED_JUST_NOW,
} from '../owed-mail/mail-state.ts';
import { holdPerson } from './person.ts';
import { holdSession, type SessionRow } from './sessions/session.ts';
import type { VisitVerb } from './visit.ts';

type PersonRow = Profile['person'] & { second_factor: Profile['second_factor']; codes_to: string };
type DeviceRow = Omit<Profile['devices'][number], 'created_at'> & { created_at: Date };

/** Everything that the page "My profile" shows. */
export const getProfile: VisitVerb<PageCalls['getProfile']> = (_input, { read, session }) =>
  read((db) => readProfile(db, session));

async function readProfile(db: Db, session: SessionRow): Promise<Profile> {
  const [row] = await db.query<PersonRow>(sql`
    select p.name, p.email, p.language, coalesce(p.two_factor_email, p.email) as codes_to,
      case when not p.two_factor_enabled then 'none'
           when exists (select from two_factors t where t.person_id = p.id and t.verified)
           then 'app' else 'email' end as second_factor
    from persons p
    where p.id = ${session.person_id}`);
  if (!row) throw new Error('a session without its person');
  const { name, email, language, second_factor, codes_to } = row;
  return {
    person: { name, email, language },
    second_factor,
    codes_to: second_factor === 'email' ? codes_to : null,
    devices: await listDevices(db, session),
  };
}

/** The live sessions of the person, of every realm, this one first. */
async function listDevices(db: Db, session: SessionRow): Promise<Profile['devices']> {
  const rows = await db.query<DeviceRow>(sql`
    select s.id, s.id = ${session.id} as current, s.link_server is not null as by_link,
      case when s.realm = 'console' then '' else substr(s.realm, 8) end as server,
      coalesce(s.ip_address, '') as address, coalesce(s.user_agent, '') as user_agent, s.created_at
    from sessions s
    where s.person_id = ${session.person_id} and s.expires_at > now()
    order by current desc, s.created_at desc`);
  return rows.map((row) => ({ ...row, created_at: row.created_at.toISOString() }));
}

/**
 * Changes the name or the language of pages and mails.
 *
 * @throws Failure no_session
 */
export const updateProfile: VisitVerb<PageCalls['updateProfile']> = (
  { name, language },
  { write, session },
) =>
  write(async (db) => {
    await holdPerson(db, session.person_id);
    await holdSession(db, session);
    await db.query(sql`
      update persons
      set name = coalesce(${name ?? null}, name),
          language = case when ${language === undefined} then language else ${language ?? null} end,
          updated_at = now()
      where id = ${session.person_id}`);
    return (await readProfile(db, session)).person;
  });

/**
 * Every invitation that waits for this person is mailed again, each at most once a minute.
 *
 * @throws Failure no_session
 */
export const inviteMeAgain: VisitVerb<PageCalls['inviteMeAgain']> = (_input, { write, session }) =>
  write(async (db) => {
    await db.query(sql`
      update agents g
      set ${DUE_AGAIN}
      where g.person_id = ${session.person_id} and g.state = 'waiting'
        and ${NOT_INVITED_JUST_NOW}`);
    await db.query(sql`
      update members m
      set ${DUE_AGAIN}
      where m.person_id = ${session.person_id} and m.state = 'waiting'
        and ${MEMBER_NOT_INVITED_JUST_NOW}`);
    await holdSession(db, session);
    return {};
  });
