/**
 * Mails the agents who are owed one: an invitation to those who wait, a word to those who may
 * enter at once. What is owed stands in the agents' rows, so a crash or a dead mail server only
 * delays it. At least once; the lease only saves mails.
 */
import { defaultSettings, type Language } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { type Database, DatabaseUnavailable } from '../database/database.ts';
import { addedLetter, invitationLetter } from '../mail/letters.ts';
import type { Letter, Log, Mailer } from '../mail/mailer.ts';
import { createInvitation, INVITATION_DAYS } from './invitation.ts';

const POLL_MS = 2_000;
const LEASE_MINUTES = 5;
const AT_ONCE = 20;

type Owed = {
  server: string;
  account_id: number;
  agent_id: number;
  state: 'open' | 'waiting';
  mail_due_at: Date;
  email: string;
  name: string;
  language: Language | null;
  account_name: string;
  account_language: Language | null;
  partner_name: string;
  sets_password: boolean;
};

export type AgentMail = {
  /** Something may be due now. */
  poke(): void;
  /** Waits for the round under way. */
  stop(): Promise<void>;
};

export type AgentMailOptions = {
  database: Database;
  mailer: Mailer;
  /** Where a server's online is, made from the configuration. */
  addressOf: (server: string) => string;
  log: Log;
};

/** Mails now, whenever it is poked, and every two seconds. */
export function startMailingAgents(options: AgentMailOptions): AgentMail {
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  const run = () => {
    again = running !== undefined;
    if (running || stopped) return;
    running = mailAgents(options)
      .catch((error: unknown) => {
        const level = error instanceof DatabaseUnavailable ? 'warn' : 'error';
        options.log[level]({ err: error }, 'mailing agents failed; it is tried again');
      })
      .finally(() => {
        running = undefined;
        if (again) run();
      });
  };
  const timer = setInterval(run, POLL_MS);
  timer.unref();
  run();
  return {
    poke: run,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}

/** One round: everybody whose mail is due. */
async function mailAgents({ database, mailer, addressOf, log }: AgentMailOptions): Promise<void> {
  for (const owed of await claim(database)) {
    const letter = await letterTo(owed, database, addressOf);
    if (!letter) continue;
    try {
      await mailer.send(letter);
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'an invitation could not be mailed yet');
      continue;
    }
    await database.write((db) =>
      db.query(sql`
        update agents set mail_due_at = null
        where server = ${owed.server} and account_id = ${owed.account_id}
          and agent_id = ${owed.agent_id} and mail_due_at = ${owed.mail_due_at}`),
    );
  }
}

/** Takes what is due, for a while: another node takes it over when this one dies. */
function claim(database: Database): Promise<Owed[]> {
  return database.write((db) =>
    db.query<Owed>(sql`
      with due as (
        select g.server, g.account_id, g.agent_id
        from agents g
        join accounts a on a.server = g.server and a.account_id = g.account_id
          and a.deleted_at is null
        where g.mail_due_at <= now()
        order by g.mail_due_at
        limit ${AT_ONCE}
        for update of g skip locked
      )
      update agents g
      set mail_due_at = date_trunc('milliseconds', now()) + ${LEASE_MINUTES} * interval '1 minute'
      from due d, accounts a, partners p, persons m
      where g.server = d.server and g.account_id = d.account_id and g.agent_id = d.agent_id
        and a.server = g.server and a.account_id = g.account_id
        and p.partner_id = a.partner_id and m.id = g.person_id
      returning g.server, g.account_id, g.agent_id, g.state, g.mail_due_at,
        m.email, g.agent_name as name, m.language, a.account_name,
        a.settings->>'language' as account_language, p.support_name as partner_name,
        m.email_proved_at is null as sets_password`),
  );
}

/** Undefined when nobody is there to write to any more. */
async function letterTo(
  owed: Owed,
  database: Database,
  addressOf: AgentMailOptions['addressOf'],
): Promise<Letter | undefined> {
  const about = {
    to: owed.email,
    language: owed.language ?? owed.account_language ?? defaultSettings.language,
    name: owed.name,
    accountName: owed.account_name,
    partnerName: owed.partner_name,
  };
  const address = addressOf(owed.server);
  if (owed.state === 'open') return addedLetter({ ...about, link: `${address}/sign-in` });
  const token = await database.write((db) => createInvitation(db, owed));
  if (token === undefined) return undefined;
  return invitationLetter({
    ...about,
    link: `${address}/invitation?token=${token}`,
    days: INVITATION_DAYS,
    setsPassword: owed.sets_password,
  });
}
