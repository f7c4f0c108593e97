/** The SMTP server that `SMTP_URL` names, behind a small pool of connections. */
import { createTransport } from 'nodemailer';
import { parseConnectionUrl } from 'nodemailer/lib/shared';
import SMTPPool from 'nodemailer/lib/smtp-pool';
import type { Message } from './message.ts';
import { notTakenBecause } from './not-taken.ts';

/** Connections at most, unless `?maxConnections=` of the URL says another number. */
const CONNECTIONS = 20;

// Ten minutes for the answer to a whole letter, longer than for any other (RFC 5321, 4.5.3.2.6):
// whoever hangs up sooner gets the letter delivered and sends it again.
const ANSWER_MS = 600_000;
// No single wait ends a server that trickles its answers.
const WHOLE_MS = 1_200_000;

export type Smtp = {
  connections: number;
  /**
   * One try, of twenty minutes at most.
   *
   * @throws NotTaken
   */
  deliver(message: Message): Promise<void>;
  /** Ends every connection, also those that are delivering. */
  close(): void;
};

/** Takes user, password and `?tls.…` options from the URL; connects with the first letter. */
export function openSmtp(url: string, answerMs = ANSWER_MS): Smtp {
  const pool = new SMTPPool({
    maxConnections: CONNECTIONS,
    ...parseConnectionUrl(url),
    // The tries of the mailer are the ones that count; this one is for a connection gone stale.
    maxRequeues: 1,
    dnsTimeout: 10_000,
    connectionTimeout: 30_000,
    greetingTimeout: 30_000,
    socketTimeout: answerMs,
    // An open connection keeps the process alive.
    idleTimeout: 5_000,
    // Its lines hold recipients and, debugging, passwords.
    logger: false,
    debug: false,
  });
  const transport = createTransport(pool);
  transport.on('error', () => {});
  return {
    connections: pool.options.maxConnections ?? CONNECTIONS,
    async deliver(message) {
      try {
        await transport.sendMail({ ...message, signal: AbortSignal.timeout(WHOLE_MS) });
      } catch (error) {
        throw notTakenBecause(error);
      }
    },
    close: () => pool.close({ force: true }),
  };
}
