/** The SMTP server that `SMTP_URL` names, behind a small pool of connections. */
import { createTransport } from 'nodemailer';
import { parseConnectionUrl } from 'nodemailer/lib/shared';
import SMTPPool from 'nodemailer/lib/smtp-pool';
import type { Message } from './message.ts';

/**
 * The server did not take a message. It says how, in the words of nodemailer and SMTP, but neither
 * what the server answered nor to whom the message was: both may name people.
 */
export class NotTaken extends Error {
  override readonly name = 'NotTaken';
  /** As `ECONNECTION`, `EAUTH`, `EENVELOPE 550`. */
  readonly kind: string;
  /** The server refused this very message for good: another try would end the same way. */
  readonly isFinal: boolean;
  /** For good, and because of whom it is to. */
  readonly refusesReceiver: boolean;

  constructor(error: unknown) {
    const { code = 'unknown', command, responseCode } = error as SMTPError;
    const kind = responseCode ? `${code} ${responseCode}` : code;
    super(`The mail server did not take the letter (${kind}).`);
    this.kind = kind;
    this.isFinal = ['EENVELOPE', 'EMESSAGE'].includes(code) && Number(responseCode) >= 500;
    this.refusesReceiver = this.isFinal && command === 'RCPT TO';
  }
}

type SMTPError = { code?: string; command?: string; responseCode?: number };

/** Connections at most, unless `?maxConnections=` of the URL says another number. */
export const CONNECTIONS = 5;

export type Smtp = {
  connections: number;
  /** @throws NotTaken */
  deliver(message: Message): Promise<void>;
  /** Ends every connection, also those that are delivering. */
  close(): void;
};

/** Takes user, password and `?tls.…` options from the URL; connects with the first letter. */
export function openSmtp(url: string): Smtp {
  const pool = new SMTPPool({
    maxConnections: CONNECTIONS,
    ...parseConnectionUrl(url),
    // The tries of the mailer are the ones that count; this one is for a connection gone stale.
    maxRequeues: 1,
    dnsTimeout: 10_000,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 15_000,
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
        await transport.sendMail(message);
      } catch (error) {
        throw new NotTaken(error);
      }
    },
    close: () => pool.close({ force: true }),
  };
}
