/** One letter to an agent or a member who is owed one, and what becomes of it. */
import { defaultSettings } from '@switchboard/contract';
import {
  createInvitation,
  dropInvitation,
  endOtherInvitations,
  INVITATION_DAYS,
} from '../agents/invitations/invitation.ts';
import type { Database } from '../database/database.ts';
import { addedLetter, invitationLetter } from '../mail/agent-letters.ts';
import { type Letter, type Log, type Mailer, NotOwed, NotTaken } from '../mail/mailer.ts';
import { memberInvitationLetter } from '../mail/member-letters.ts';
import { type Failed, giveBack, holdOn, isHeld, type Owed, putOff, settle } from './owed-mail.ts';

// Well within the lease of a claim.
const HOLD_MS = 60_000;

export type OwedMailOptions = {
  database: Database;
  mailer: Mailer;
  /** Where a server's online is, or the console; made from the configuration. */
  addressOf: (server?: string) => string;
  log: Log;
};

/** To the end; `not_tried` is due again when the lease ends. */
export async function mailOne(
  owed: Owed,
  options: OwedMailOptions,
): Promise<'taken' | 'not_taken' | 'not_tried'> {
  const { database, mailer, addressOf, log } = options;
  const token =
    owed.state === 'open' ? '' : await database.write((db) => createInvitation(db, owed));
  // Nobody is there to write to any more.
  if (token === undefined) return giveBack(database, owed);
  try {
    const isOwed = () => isHeld(database, owed);
    const sending = mailer.send(letterTo(owed, addressOf, token), owed.partner_id, isOwed);
    await holdingOn(owed, options, sending);
  } catch (error) {
    const kind = error instanceof NotTaken ? error.kind : (error as Error).message;
    if (!(error instanceof NotOwed))
      log.warn({ kind, try: owed.mail_tries }, 'a letter that is owed was not taken');
    return putOffOrGiveBack(database, owed, token, failedBecause(error));
  }
  await database.write(async (db) => {
    const isOurs = await settle(db, owed);
    // At a later try the links of those before may be in somebody's hands; and where the letter
    // became due anew meanwhile, the other links are newer than this one.
    if (isOurs && owed.state === 'waiting' && owed.mail_tries === 1)
      await endOtherInvitations(db, owed, token);
  });
  return 'taken';
}

async function putOffOrGiveBack(
  database: Database,
  owed: Owed,
  token: string,
  failed: Failed | undefined,
) {
  // Where the receiver may have it, the link stays good beside that of the next try.
  if (failed?.failure !== 'no_answer') await database.write((db) => dropInvitation(db, token));
  if (!failed) return giveBack(database, owed);
  await database.write((db) => putOff(db, owed, failed));
  return 'not_taken';
}

/** Claims the letter anew, time and again, while the mail server has it: that may take long. */
async function holdingOn(
  owed: Owed,
  { database, log }: OwedMailOptions,
  sending: Promise<void>,
): Promise<void> {
  let held = Promise.resolve();
  const timer = setInterval(() => {
    held = holdOn(database, owed).catch((error: unknown) => {
      log.warn({ err: error }, 'a letter under way could not be claimed anew');
    });
  }, HOLD_MS);
  timer.unref();
  try {
    await sending;
  } finally {
    clearInterval(timer);
    await held;
  }
}

/** Undefined when it was not tried. What is no answer of a mail server is a fault of this node. */
function failedBecause(error: unknown): Failed | undefined {
  if (error instanceof NotTaken) return error;
  if (!(error as NodeJS.ErrnoException).code) return undefined;
  return { failure: 'not_reached', answer: '', isFinal: false, counts: false };
}

function letterTo(owed: Owed, addressOf: OwedMailOptions['addressOf'], token: string): Letter {
  const about = {
    to: owed.email,
    language: owed.language ?? owed.place_language ?? defaultSettings.language,
    name: owed.name,
    inviterName: owed.inviter_name ?? '',
  };
  const invitation = { days: INVITATION_DAYS, setsPassword: owed.sets_password };
  if (owed.kind === 'member') {
    const link = `${addressOf()}/invitation?token=${token}`;
    return memberInvitationLetter({ ...about, ...invitation, partnerName: owed.own_name, link });
  }
  const { account_name: accountName, partner_name: partnerName } = owed;
  const ofAccount = { ...about, accountName: accountName ?? '', partnerName };
  const address = addressOf(owed.server);
  if (owed.state === 'open') return addedLetter({ ...ofAccount, link: `${address}/sign-in` });
  const link = `${address}/invitation?token=${token}`;
  return invitationLetter({ ...ofAccount, ...invitation, link });
}
