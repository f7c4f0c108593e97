/**
 * Sends letters. Callers hand them over and go on: this module tries again, gives up and says so in
 * the log, never naming recipients, credentials or what a letter says. Letters under way are held
 * in memory only: what must not be lost is asked for again by the person who misses it. What kinds
 * of letters wait for each other, and how many, is in `lanes.ts`.
 */
import { readSender } from './address.ts';
import { type LaneName, Lanes, NoRoom, type Ticket } from './lanes.ts';
import { compose, type Letter, type Message } from './message.ts';
import { NotOwed, NotTaken } from './not-taken.ts';
import { writeToOutbox } from './outbox.ts';
import { openSmtp } from './smtp.ts';
import { Trouble } from './trouble.ts';

export type { Letter } from './message.ts';
export { NotOwed, NotTaken } from './not-taken.ts';

export type Mailer = {
  /**
   * Hands a letter over and returns; it is tried while it is good for something. Never throws. Five
   * letters to one receiver are under way at most, codes and others each.
   *
   * @param lane `code` for what somebody waits for to sign in, `person` for what else is about a
   *   person's own safety
   * @param options.goodForSeconds no try begins later; a day unless it is said
   * @param options.kind letters of a kind have their own five
   */
  post(letter: Letter, lane: 'code' | 'person', options?: PostOptions): void;
  /**
   * Hands over a letter that is owed for a partner and answers when the server has taken it: one
   * try, in its turn.
   *
   * @param isOwed asked once the turn has come: a letter may wait for long
   * @throws Error when it was not taken: NotTaken when it was tried, NotOwed when there was no need
   */
  send(letter: Letter, partnerId: number, isOwed?: () => Promise<boolean>): Promise<void>;
  /** What an operator should know, in sentences. */
  warnings(): string[];
  /** Gives the letters under way one last try, 5 s for all of them; later ones are refused. */
  close(): Promise<void>;
};

type PostOptions = { goodForSeconds?: number | undefined; kind?: string };

type Line = (fields: object, message: string) => void;
export type Log = { info: Line; warn: Line; error: Line };

export type MailerOptions = {
  /** Undefined: letters become files in `outbox`. */
  smtpUrl: string | undefined;
  /** A folder, made with the first letter. */
  outbox: string;
  /** `Name <address>`, or an address. */
  from: string;
  log: Log;
  /** What passes before each further try. */
  retrySeconds?: readonly number[];
  /** A letter that takes longer gives its place to the next. */
  slowSeconds?: number;
};

// For a day.
const RETRY_SECONDS = [1, 5, 30, 120, 300, 900, 1800, ...Array<number>(23).fill(3600)];
const DAY_SECONDS = 86_400;
const SLOW_SECONDS = 10;
const PLACES_OF_FILES = 5;
const CLOSING_MS = 5_000;

/** @throws Error when `from` is not a sender */
export function createMailer(options: MailerOptions): Mailer {
  const { smtpUrl, outbox, log, retrySeconds = RETRY_SECONDS } = options;
  const from = readSender(options.from);
  if (!from) throw new Error('The sender of mail must be `Name <address>` or an address.');
  const smtp = smtpUrl === undefined ? undefined : openSmtp(smtpUrl);
  if (!smtp) log.warn({ outbox }, `mail is written to ${outbox} because SMTP_URL is not set`);
  const lanes = new Lanes(
    smtp?.connections ?? PLACES_OF_FILES,
    options.slowSeconds ?? SLOW_SECONDS,
  );
  const trouble = new Trouble();
  const underWay = new Set<Promise<void>>();
  const waiting = new Set<() => void>();
  let isClosed = false;

  return {
    post(letter, lane, { goodForSeconds = DAY_SECONDS, kind = '' } = {}) {
      try {
        if (isClosed) throw new Error('the service stops');
        const message = compose(letter, from);
        const ticket = lanes.enter(lane, `${kind} ${letter.to.toLowerCase()}`);
        track(deliverPatiently(message, ticket, lane, goodForSeconds), ticket);
      } catch (error) {
        logDropped(lane, error);
      }
    },
    async send(letter, partnerId, isOwed = async () => true) {
      if (isClosed) throw new Error('The letter was not sent: the service stops.');
      const message = compose(letter, from);
      const ticket = lanes.enter('partner', String(partnerId));
      const delivery = ticket.try(async () => {
        if (!(await isOwed())) throw new NotOwed();
        await deliver(message);
      });
      const logged = delivery.catch((error: unknown) => {
        if (error instanceof NoRoom) logDropped('partner', error);
      });
      track(logged, ticket);
      await delivery;
    },
    warnings: () => trouble.warnings(),
    async close() {
      isClosed = true;
      for (const wake of waiting) wake();
      const patience = Promise.withResolvers<void>();
      const timer = setTimeout(patience.resolve, CLOSING_MS);
      await Promise.race([Promise.all(underWay), patience.promise]);
      clearTimeout(timer);
      if (underWay.size > 0) log.error({ letters: underWay.size }, 'letters were not sent in time');
      smtp?.close();
    },
  };

  function track(delivery: Promise<void>, ticket: Ticket): void {
    underWay.add(delivery);
    delivery.finally(() => {
      underWay.delete(delivery);
      ticket.leave();
    });
  }

  function logDropped(lane: LaneName, error: unknown): void {
    log.error({ lane }, `a letter was dropped: ${(error as Error).message}`);
  }

  function deliver(message: Message): Promise<void> {
    return trouble.watch(async () => {
      if (smtp) return smtp.deliver(message);
      const file = await writeToOutbox(outbox, message);
      log.info({ message_id: message.messageId, file }, `a letter is in ${file}`);
    });
  }

  async function deliverPatiently(
    message: Message,
    ticket: Ticket,
    lane: LaneName,
    goodForSeconds: number,
  ): Promise<void> {
    const end = performance.now() + goodForSeconds * 1000;
    for (let attempt = 1; ; attempt++) {
      const seconds = retrySeconds[attempt - 1] ?? Number.POSITIVE_INFINITY;
      const isLast = isClosed;
      try {
        return await ticket.try(async () => {
          if (performance.now() > end) throw new TooLate();
          await deliver(message);
        });
      } catch (error) {
        if (error instanceof NoRoom || error instanceof TooLate) return logDropped(lane, error);
        const fields = { ...about(message, error), try: attempt };
        const isLate = performance.now() + seconds * 1000 > end;
        if (isLast || isLate || (error instanceof NotTaken && error.isFinal))
          return log.error(fields, 'a letter was not taken and is given up');
        log.warn(fields, 'a letter was not taken; it is tried again');
      }
      if (!isClosed) await pause(seconds, ticket);
    }
  }

  /** Ends early when the mailer closes or the letter is lost; does not keep the process alive. */
  async function pause(seconds: number, ticket: Ticket): Promise<void> {
    let end = () => {};
    await ticket
      .pause((wake) => {
        const timer = setTimeout(wake, seconds * 1000).unref();
        waiting.add(wake);
        end = () => {
          waiting.delete(wake);
          clearTimeout(timer);
        };
      })
      .catch(() => {});
    end();
  }
}

/** It stood in line for longer than it is good for. */
class TooLate extends Error {
  constructor() {
    super('its time was over before its turn');
  }
}

/** What the log may know of a failure. */
function about(message: Message, error: unknown): object {
  const { code } = error as NodeJS.ErrnoException;
  const kind = error instanceof NotTaken ? error.kind : (code ?? 'unknown');
  return { message_id: message.messageId, kind };
}
