/**
 * A first proof: a mailed link shows for the first time that somebody holds the address. Until then
 * whoever named the address may know its password and factors, and opened its memberships: the
 * proof drops the former, and the person says which of the latter they accept.
 */
import type { OpenedMembership } from '@switchboard/contract';
import sql, { empty } from 'sql-template-tag';
import type { Database, Db } from '../database/database.ts';
import type { Recorder } from '../events/event.ts';
import type { Occasion } from '../mail/safety/safety.ts';
import { holdOpened, listOpened, settleOpened } from './opened.ts';
import { holdPerson, type PersonRow, removeFactors } from './person.ts';
import { endOtherSessions } from './sessions/end-session.ts';

// Of a mailed link: how often it begins anew for what others open meanwhile.
const MOST_TRIES = 5;

/**
 * Runs `work` with everything held that a mailed link may change: accounts, then the person, to
 * whom nobody opens a membership from then on. What was opened between the two is judged like the
 * rest, under its account's lock too.
 *
 * @param account also held; without it none is, of somebody whose address is proved
 */
export async function withPerson<T>(
  write: Database['write'],
  personId: string,
  account: { server: string; account_id: number } | undefined,
  work: (db: Db, person: PersonRow) => Promise<T>,
): Promise<T> {
  const attempt = (isLast: boolean): Promise<{ made: T } | undefined> =>
    write(async (db) => {
      await db.query(sql`
        select from accounts a
        join agents g on g.server = a.server and g.account_id = a.account_id
        join persons p on p.id = g.person_id
        where g.person_id = ${personId} and a.erased_at is null
          and (p.email_proved_at is null
               or (a.server = ${account?.server ?? null}
                   and a.account_id = ${account?.account_id ?? null}))
        order by a.server, a.account_id
        for no key update of a`);
      const person = await holdPerson(db, personId);
      const isWhole = person.email_proved_at !== null || (await holdLate(db, personId, isLast));
      return isWhole ? { made: await work(db, person) } : undefined;
    });
  for (let tries = 1; tries < MOST_TRIES; tries += 1) {
    const done = await attempt(false);
    if (done) return done.made;
  }
  const done = await attempt(true);
  if (!done) throw new Error('whoever waits for an account holds it');
  return done.made;
}

/**
 * Holds the accounts that came between. Out of order nobody may wait: where one is held by another,
 * all begins anew. Not for ever, or whoever opens memberships without a pause would void the link:
 * the last time waits, and of two that wait for each other one is told to come again.
 */
async function holdLate(db: Db, personId: string, waits: boolean): Promise<boolean> {
  const of = sql`
    from accounts a
    join agents g on g.server = a.server and g.account_id = a.account_id
    where g.person_id = ${personId} and g.state = 'open' and a.erased_at is null`;
  const all = await db.query(sql`select ${of}`);
  const held = await db.query(sql`
    select ${of} order by a.server, a.account_id
    for no key update of a ${waits ? empty : sql`skip locked`}`);
  return held.length === all.length;
}

export type FirstProof = { opened: OpenedMembership[]; waiting: OpenedMembership[] };

/**
 * Marks a held person's address as proved. The first time every factor and session of before is
 * gone, and of the memberships those that are not accepted wait, with no mail owed; the caller sets
 * a new password, voids the reset links and raises the generation in the same transaction.
 *
 * @param accepted ids of `listOpened`: whatever else is open waits, also what was opened after the
 *   person had looked. Undefined accepts all that is open now
 * @returns what was accepted and what waits, of 1,000; undefined when the address had been proved
 *   before
 */
export async function proveAddress(
  db: Db,
  from: Omit<Recorder, 'actor'>,
  person: PersonRow,
  accepted: readonly string[] | undefined,
): Promise<FirstProof | undefined> {
  if (person.email_proved_at) return undefined;
  await holdOpened(db, person.id);
  const listed = await listOpened(db, person.id);
  const isAccepted = ({ id }: OpenedMembership) => accepted?.includes(id) ?? true;
  const opened = listed.filter(isAccepted);
  const waiting = listed.filter((membership) => !isAccepted(membership));
  const kept = accepted && opened.map(({ id }) => id);
  await settleOpened(db, from, person.id, kept);
  await db.query(sql`
    update persons set email_proved_at = now(), updated_at = now() where id = ${person.id}`);
  await removeFactors(db, person.id);
  const recorder: Recorder = { ...from, actor: { kind: 'person', id: person.id } };
  await endOtherSessions(db, recorder, person.id, undefined);
  return { opened, waiting };
}

/** What the letter about a first proof says. */
export const provedOf = ({ opened, waiting }: FirstProof): Occasion => ({
  what: 'address_proved',
  open: opened.map(({ name }) => name),
  waiting: waiting.map(({ name }) => name),
});
