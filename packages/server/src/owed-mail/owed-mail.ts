/** What is owed to agents and members, as their rows say it: a letter that is claimed, and its end. */
import type { Language, MailFailure } from '@switchboard/contract';
import sql, { empty, type Sql } from 'sql-template-tag';
import type { Database, Db } from '../database/database.ts';
import { isOf, type Membership, tableOf } from '../people/membership.ts';
import { NOTHING_OWED } from './mail-state.ts';

const LEASE_MINUTES = 5;

/** Minutes between the tries of a letter that was not taken: for a day, then it is given up. */
const LADDER = [1, 5, 15, 30, ...Array<number>(23).fill(60)];

/** In milliseconds, as Date has them: it is compared again. */
export const LEASE = sql`
  date_trunc('milliseconds', now()) + ${LEASE_MINUTES} * interval '1 minute'`;

export type Owed = Membership & {
  partner_id: number;
  /** Of the letter as it was counted. */
  sent_id: number;
  state: 'open' | 'waiting';
  /** What holds it for this process: somebody else's claim has another. */
  mail_due_at: Date;
  /** This one included. */
  mail_tries: number;
  email: string;
  name: string;
  language: Language | null;
  /** Null of a member. */
  account_name: string | null;
  /** Of the account, or of the member who invited this one. */
  place_language: Language | null;
  /** The partner as its customers know it. */
  partner_name: string;
  /** The partner as it calls itself. */
  own_name: string;
  /** Of the agent or member who invited this one; null where the partner did. */
  inviter_name: string | null;
  sets_password: boolean;
};

/** The agent or member, while the claim of this process is in force. */
const held = (owed: Owed): Sql => sql`${isOf(owed)} and mail_due_at = ${owed.mail_due_at}`;

/** The letter is still with the mail server: nobody else takes it over. */
export async function holdOn(database: Database, owed: Owed): Promise<void> {
  const [row] = await database.write((db) =>
    db.query<{ mail_due_at: Date }>(sql`
      update ${tableOf(owed)} set mail_due_at = ${LEASE} where ${held(owed)}
      returning mail_due_at`),
  );
  if (row) owed.mail_due_at = row.mail_due_at;
}

/**
 * The mail server took the letter; one that became due meanwhile stays due.
 *
 * @returns whether the claim was still in force
 */
export async function settle(db: Db, owed: Owed): Promise<boolean> {
  const settled = await db.query(sql`
    update ${tableOf(owed)} set ${NOTHING_OWED} where ${held(owed)} returning person_id`);
  return settled.length > 0;
}

/** Whether the letter is still owed, and by this claim: it may have waited for its place for long. */
export async function isHeld(database: Database, owed: Owed): Promise<boolean> {
  const ofAccount = sql`
    and exists (select from accounts a
                where a.server = g.server and a.account_id = g.account_id and a.deleted_at is null)`;
  const rows = await database.read((db) =>
    db.query(sql`
      select from ${tableOf(owed)} g
      where ${held(owed)} and state = ${owed.state} ${owed.kind === 'agent' ? ofAccount : empty}`),
  );
  return rows.length > 0;
}

/** As `NotTaken` says it. */
export type Failed = { failure: MailFailure; answer: string; isFinal: boolean; counts: boolean };

/** It was not taken: it is tried again, later each time, or given up. */
export async function putOff(db: Db, owed: Owed, failed: Failed): Promise<void> {
  const minutes = failed.isFinal ? undefined : LADDER[owed.mail_tries - 1];
  await db.query(sql`
    update ${tableOf(owed)}
    set mail_due_at = now() + ${minutes ?? null}::integer * interval '1 minute',
      mail_failure = ${failed.failure}, mail_answer = ${failed.answer}, mail_failed_at = now()
    where ${held(owed)}`);
  if (!failed.counts) await db.query(sql`delete from mail_sent where sent_id = ${owed.sent_id}`);
}

/** It was not tried: it does not count, and is due again when the lease ends. */
export async function giveBack(database: Database, owed: Owed): Promise<'not_tried'> {
  await database.write(async (db) => {
    await db.query(sql`
      update ${tableOf(owed)} set mail_tries = greatest(mail_tries - 1, 0) where ${held(owed)}`);
    await db.query(sql`delete from mail_sent where sent_id = ${owed.sent_id}`);
  });
  return 'not_tried';
}

/** How many got no letter within the last day, given up and still tried. */
export async function countNotMailed(
  database: Database,
): Promise<{ failed: number; delayed: number }> {
  const [row] = await database.read((db) =>
    db.query<{ failed: number; delayed: number }>(sql`
      select count(*) filter (where mail_due_at is null) as failed, count(mail_due_at) as delayed
      from (
        select mail_due_at, mail_failed_at, mail_failure from agents
        union all
        select mail_due_at, mail_failed_at, mail_failure from members
      ) owed
      where mail_failed_at > now() - interval '1 day' and mail_failure is not null`),
  );
  return row ?? { failed: 0, delayed: 0 };
}

/** Housekeeping: an answer may name people. */
export const sweepMailAnswers = [sql`agents`, sql`members`].map(
  (table) => sql`
    update ${table} set mail_answer = ''
    where mail_failed_at < now() - interval '30 days' and mail_answer <> ''`,
);

/** Housekeeping. */
export const sweepMailSent = sql`delete from mail_sent where sent_at < now() - interval '1 day'`;
