/** For tests: a real SMTP server that answers as it is told. */
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { atEnd } from '../ends.ts';

type Answer =
  | 'taken'
  /** As `550 no such mailbox`; to the receiver, before there is a letter. */
  | { receiver: string }
  /** Likewise, to the letter. */
  | { letter: string }
  /** It has the letter and says nothing more. */
  | 'hang_up'
  /** It has the letter and says so after `release`. */
  | 'slow';

export type Answering = {
  url: string;
  /** From now on. */
  answer: Answer;
  /** Receivers of every try, in order. */
  tries: string[];
  /** The letters that it has, taken or not, as they came. */
  letters: string[];
  release(): void;
  /** From now on nobody is there, but for those who wait for a slow answer. */
  goAway(): void;
};

/** Starts one that takes letters until it is told otherwise; it ends with the test file. */
export async function startAnsweringMailbox(): Promise<Answering> {
  const slow = new Map<string, () => void>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    // Senders keep their connections open.
    closeTimeout: 100,
    onRcptTo({ address }, _session, done) {
      const { answer } = mailbox;
      mailbox.tries.push(address);
      if (typeof answer === 'object' && 'receiver' in answer) done(refusal(answer.receiver));
      else done();
    },
    async onData(stream, { id }, done) {
      const { answer } = mailbox;
      // Whoever hangs up within a letter has sent none.
      const letter = await stream.toArray().catch(() => undefined);
      if (letter === undefined) return;
      mailbox.letters.push(Buffer.concat(letter).toString());
      if (answer === 'slow') slow.set(id, done);
      else if (answer === 'hang_up') hangUp((other) => other === id);
      else if (typeof answer === 'object' && 'letter' in answer) done(refusal(answer.letter));
      else done();
    },
  });
  const hangUp = (which: (id: string) => boolean) => {
    for (const connection of server.connections) if (which(connection.id)) connection.close();
  };
  const mailbox: Answering = {
    url: '',
    answer: 'taken',
    tries: [],
    letters: [],
    release() {
      for (const done of slow.values()) done();
      slow.clear();
    },
    goAway() {
      server.server.close();
      hangUp((id) => !slow.has(id));
    },
  };
  server.on('error', () => {});
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  atEnd(() => {
    mailbox.release();
    return new Promise<void>((closed) => server.close(closed));
  });
  mailbox.url = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  return mailbox;
}

const refusal = (said: string): Error =>
  Object.assign(new Error(said.slice(4)), { responseCode: Number(said.slice(0, 3)) });
