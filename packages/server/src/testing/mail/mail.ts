/** For tests: a real SMTP server that keeps what it is handed, for `SMTP_URL`. */
import type { AddressInfo } from 'node:net';
import { mailAddress } from '@switchboard/contract';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import { atEnd } from '../ends.ts';

type Received = {
  /** The envelope's first recipient, in lower case, its domain as A-labels. */
  to: string;
  /** The address alone. */
  from: string;
  subject: string;
  text: string;
  html: string;
};

export type Mailbox = {
  /** `smtp://127.0.0.1:port`. */
  url: string;
  /**
   * The next letter to that address, in the order of their arrival; each is given out once. Without
   * `like` one with a code, or a link to more than a forgotten password: what only tells of a change
   * is passed over. With it, one whose text matches.
   *
   * @throws Error when none has come for 10 s
   */
  next(to: string, like?: RegExp): Promise<Received>;
  /** Every letter so far, given out or not. */
  all(): Received[];
};

const PATIENCE_MS = 10_000;
const ASKS = /^\d{6}$|^https?:\S+(?<!\/forgot-password)$/m;

/** Starts an SMTP server without TLS and passwords; it ends with the test file. */
export async function startMailbox(): Promise<Mailbox> {
  const letters: Received[] = [];
  const unread: Received[] = [];
  const readers: { wants(letter: Received): boolean; take(letter: Received): void }[] = [];

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    onData(stream, session, done) {
      const [recipient] = session.envelope.rcptTo;
      parse(stream, recipient?.address ?? '').then((letter) => {
        letters.push(letter);
        const waiting = readers.findIndex(({ wants }) => wants(letter));
        if (waiting < 0) unread.push(letter);
        else readers.splice(waiting, 1)[0]?.take(letter);
        done();
      }, done);
    },
  });
  // A client that goes away is no failure of the test.
  server.on('error', () => {});
  await new Promise<void>((listening, failed) => {
    server.server.once('error', failed);
    server.listen(0, '127.0.0.1', listening);
  });
  atEnd(() => new Promise<void>((closed) => server.close(closed)));

  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    all: () => [...letters],
    next(address, like = ASKS) {
      const to = address.toLowerCase();
      const wants = (letter: Received) => letter.to === to && like.test(letter.text);
      const index = unread.findIndex(wants);
      if (index >= 0) return Promise.resolve(unread.splice(index, 1)[0]!);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          readers.splice(readers.indexOf(reader), 1);
          reject(new Error(`No letter to ${to} within ${PATIENCE_MS} ms.`));
        }, PATIENCE_MS);
        const reader = {
          wants,
          take(letter: Received) {
            clearTimeout(timer);
            resolve(letter);
          },
        };
        readers.push(reader);
      });
    },
  };
}

/** The token of the next invitation that is mailed there. */
export async function invitationTo(mailbox: Mailbox, email: string): Promise<string> {
  for (;;) {
    const { text } = await mailbox.next(email);
    const token = /token=(swb_in_\S+)$/m.exec(text)?.[1];
    if (token) return token;
  }
}

async function parse(stream: SMTPServerDataStream, to: string): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const { from, subject, text, html } = await PostalMime.parse(Buffer.concat(chunks));
  return {
    // What the server says of it is for people: in their script.
    to: (mailAddress(to) ?? to).toLowerCase(),
    from: from?.address ?? '',
    subject: subject ?? '',
    text: text ?? '',
    html: html ?? '',
  };
}
