/**
 * Sends letters. Callers hand them over and go on: this module tries again, gives up and says so in
 * the log, never naming recipients, credentials or what a letter says. Letters under way are held
 * in memory only: what must not be lost is asked for again by the person who misses it.
 */
import { readSender } from './address.ts';
import { compose, type Letter, type Message } from './message.ts';
import { writeToOutbox } from './outbox.ts';
import { NotTaken, openSmtp } from './smtp.ts';

export type { Letter } from './message.ts';

export type Mailer = {
  /** Hands a letter over and returns; it is tried for a few minutes. Never throws. */
  post(letter: Letter): void;
  /**
   * Hands a letter over and answers when the server has taken it: one try.
   *
   * @throws Error when it was not taken
   */
  send(letter: Letter): Promise<void>;
  /** Gives the letters under way one last try, 5 s for all of them; later ones are refused. */
  close(): Promise<void>;
};

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
};

const RETRY_SECONDS = [1, 5, 30, 120];
const MAX_UNDER_WAY = 1000;
const CLOSING_MS = 5_000;

/** @throws Error when `from` is not a sender */
export function createMailer(options: MailerOptions): Mailer {
  const { smtpUrl, outbox, log, retrySeconds = RETRY_SECONDS } = options;
  const from = readSender(options.from);
  if (!from) throw new Error('The sender of mail must be `Name <address>` or an address.');
  const smtp = smtpUrl === undefined ? undefined : openSmtp(smtpUrl);
  if (!smtp) log.warn({ outbox }, `mail is written to ${outbox} because SMTP_URL is not set`);
  const underWay = new Set<Promise<void>>();
  const waiting = new Set<() => void>();
  let isClosed = false;

  return {
    post(letter) {
      if (underWay.size >= MAX_UNDER_WAY || isClosed) {
        const why = isClosed ? 'the service stops' : `${MAX_UNDER_WAY} letters are under way`;
        return log.error({}, `a letter was dropped: ${why}`);
      }
      try {
        track(deliverPatiently(compose(letter, from)));
      } catch (error) {
        log.error({ kind: (error as Error).message }, 'a letter was dropped: it cannot be sent');
      }
    },
    async send(letter) {
      if (isClosed) throw new Error('The letter was not sent: the service stops.');
      const message = compose(letter, from);
      const delivery = deliver(message);
      track(delivery.catch((error) => log.warn(about(message, error), 'a letter was not taken')));
      await delivery;
    },
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

  function track(delivery: Promise<void>): void {
    underWay.add(delivery);
    delivery.finally(() => underWay.delete(delivery));
  }

  async function deliver(message: Message): Promise<void> {
    if (smtp) return smtp.deliver(message);
    const file = await writeToOutbox(outbox, message);
    log.info({ message_id: message.messageId, file }, `a letter is in ${file}`);
  }

  async function deliverPatiently(message: Message): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const isLast = isClosed || attempt > retrySeconds.length;
      try {
        return await deliver(message);
      } catch (error) {
        const fields = { ...about(message, error), try: attempt };
        if (isLast || (error instanceof NotTaken && error.isFinal))
          return log.error(fields, 'a letter was not taken and is given up');
        log.warn(fields, 'a letter was not taken; it is tried again');
      }
      if (!isClosed) await pause(retrySeconds[attempt - 1]!);
    }
  }

  /** Ends early when the mailer closes; does not keep the process alive. */
  async function pause(seconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, seconds * 1000).unref();
    waiting.add(resolve);
    await promise;
    waiting.delete(resolve);
    clearTimeout(timer);
  }
}

/** What the log may know of a failure. */
function about(message: Message, error: unknown): object {
  const { code } = error as NodeJS.ErrnoException;
  const kind = error instanceof NotTaken ? error.kind : (code ?? 'unknown');
  return { message_id: message.messageId, kind };
}
