/**
 * Mails the agents who are owed one: an invitation to those who wait, a word to those who may
 * enter at once. What is owed stands in the agents' rows, so a crash or a dead mail server only
 * delays it. At least once; the lease only saves mails.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultSettings } from '@switchboard/contract';
import { type Database, DatabaseUnavailable } from '../../database/database.ts';
import { startLoop } from '../../loop.ts';
import { addedLetter, invitationLetter } from '../../mail/letters.ts';
import { type Letter, type Log, type Mailer, NotTaken } from '../../mail/mailer.ts';
import { createInvitation, INVITATION_DAYS } from '../invitation.ts';
import { claim, giveBack, type Owed, settle } from './owed-mail.ts';

const POLL_MS = 2_000;
// Of one partner a quarter, so that there is room for the letters of others.
const AT_ONCE = 40;
const OF_ONE_PARTNER = 10;
const CLOSING_MS = 5_000;

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
  const { database, log } = options;
  const underWay = new Map<Promise<void>, number>();
  let stopped = false;
  const loop = startLoop(
    () =>
      takeWhatIsDue().catch((error: unknown) => {
        const level = error instanceof DatabaseUnavailable ? 'warn' : 'error';
        log[level]({ err: error }, 'mailing agents failed; it is tried again');
      }),
    { everyMs: POLL_MS },
  );
  return {
    poke: loop.nudge,
    async stop() {
      stopped = true;
      await loop.stop();
      const patience = sleep(CLOSING_MS, undefined, { ref: false });
      await Promise.race([Promise.all(underWay.keys()), patience]);
    },
  };

  /** Nobody waits for a letter but those of the same partner, when those fill its share. */
  async function takeWhatIsDue(): Promise<void> {
    while (underWay.size < AT_ONCE && !stopped) {
      const room = { letters: AT_ONCE - underWay.size, each: OF_ONE_PARTNER };
      const { owed, isAll } = await claim(database, { ...room, underWay: countOf(underWay) });
      for (const one of owed) begin(one);
      if (isAll) return;
    }
  }

  function begin(owed: Owed): void {
    const mailing = mail(owed, options)
      .catch((error: unknown) => {
        const level = error instanceof DatabaseUnavailable ? 'warn' : 'error';
        log[level]({ err: error }, 'mailing an agent failed; it is tried again');
      })
      .finally(() => {
        underWay.delete(mailing);
        // Not after each: taking a few at a time asks the database less often.
        const others = countOf(underWay).get(owed.partner_id) ?? 0;
        if (others <= OF_ONE_PARTNER / 2) loop.nudge();
      });
    underWay.set(mailing, owed.partner_id);
  }
}

/** How many letters of each partner. */
function countOf(underWay: ReadonlyMap<unknown, number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const partnerId of underWay.values())
    counts.set(partnerId, (counts.get(partnerId) ?? 0) + 1);
  return counts;
}

/** One letter, to the end. */
async function mail(owed: Owed, options: AgentMailOptions): Promise<void> {
  const { database, mailer, addressOf, log } = options;
  const letter = await letterTo(owed, database, addressOf);
  if (!letter) return giveBack(database, owed);
  try {
    await mailer.send(letter, owed.partner_id);
  } catch (error) {
    log.warn({ reason: (error as Error).message }, 'an invitation could not be mailed yet');
    // A receiver who was refused for good is not tried more often than the budget allows.
    if (!(error instanceof NotTaken && error.refusesReceiver)) await giveBack(database, owed);
    return;
  }
  await settle(database, owed);
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
