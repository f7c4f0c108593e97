/** For tests: a real SMTP server that keeps senders waiting for its answer, as slow ones do. */
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { atEnd } from '../ends.ts';

export type Held = {
  url: string;
  /** Every recipient of a letter so far, in the order of their arrival. */
  letters(): string[];
  /** Answers once a letter to an address that begins so is here, answered or not. */
  arrived(beginning: string): Promise<void>;
  /** From now on everything is answered at once, and what was kept waiting. */
  release(): void;
};

/** Letters to whom `answers` is false for are here, but the sender is not told before the release. */
export async function startHeldMailbox(answers: (to: string) => boolean): Promise<Held> {
  const letters: string[] = [];
  const readers: ((to: string) => void)[] = [];
  const held: (() => void)[] = [];
  let released = false;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    onData(stream, session, done) {
      stream.resume().once('end', () => {
        const to = session.envelope.rcptTo[0]?.address ?? '';
        letters.push(to);
        for (const read of readers) read(to);
        if (released || answers(to)) done();
        else held.push(() => done());
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const release = () => {
    released = true;
    for (const answer of held.splice(0)) answer();
  };
  atEnd(async () => {
    release();
    await new Promise<void>((closed) => server.close(closed));
  });
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    letters: () => [...letters],
    arrived: (beginning) =>
      new Promise((resolve) => {
        const read = (to: string) => to.startsWith(beginning) && resolve();
        readers.push(read);
        letters.forEach(read);
      }),
    release,
  };
}
