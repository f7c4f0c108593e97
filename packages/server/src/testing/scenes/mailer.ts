/** For tests of the mailer: one with a log that can be read, SMTP servers, and two letters. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { codeLetter, resetLetter } from '../../mail/letters.ts';
import { createMailer, type Letter, type MailerOptions } from '../../mail/mailer.ts';
import { atEnd } from '../ends.ts';

export const to = 'ada@example.com';
export const letters: Letter[] = [
  resetLetter({
    to,
    language: 'he',
    name: 'עדה',
    link: `https://a.example/${'x'.repeat(90)}`,
    minutes: 60,
  }),
  codeLetter({ to, language: 'en', email: to, code: '012345', minutes: 5 }),
];
export const [letter] = letters as [Letter];

export type Logged = { level: string; fields: Record<string, unknown>; message: string };

/** A mailer with a folder of its own; `logged` is what its log holds, `line` waits for one. */
export function newMailer(options: Partial<MailerOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-mail-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const logged: Logged[] = [];
  const readers: (() => void)[] = [];
  const keep = (level: string) => (fields: object, message: string) => {
    logged.push({ level, fields: { ...fields }, message });
    for (const read of readers) read();
  };
  const outbox = join(folder, 'outbox');
  const mailer = createMailer({
    smtpUrl: undefined,
    outbox,
    from: 'Switchboard <no-reply@example.com>',
    log: { info: keep('info'), warn: keep('warn'), error: keep('error') },
    retrySeconds: [0, 0, 0],
    ...options,
  });
  atEnd(() => mailer.close());
  const line = (wanted: string) =>
    new Promise<Logged>((resolve) => {
      const read = () => {
        const found = logged.find(({ message }) => message.includes(wanted));
        if (found) resolve(found);
      };
      readers.push(read);
      read();
    });
  return { mailer, outbox, logged, line };
}

/** An SMTP server on a port of its own; its URL. */
export async function startServer(options: SMTPServerOptions): Promise<string> {
  const server = new SMTPServer({ disableReverseLookup: true, ...options });
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  atEnd(() => new Promise<void>((closed) => server.close(closed)));
  return `127.0.0.1:${(server.server.address() as AddressInfo).port}`;
}

/** A mail server that takes everything, and each line that it was sent, as it stood on the wire. */
export async function startTalker(): Promise<{ url: string; lines: string[] }> {
  const lines: string[] = [];
  const server = createServer((socket) => {
    atEnd(() => socket.destroy());
    socket.write('220 here\r\n');
    let isLetter = false;
    createInterface(socket).on('line', (line) => {
      lines.push(line);
      if (isLetter && line !== '.') return;
      isLetter = line === 'DATA';
      socket.write(isLetter ? '354 go on\r\n' : '250 taken\r\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(() => server.close());
  return { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, lines };
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Lines end in CRLF or LF on the way. */
export const lines = (text: string | undefined) => text?.replaceAll('\r\n', '\n').trimEnd();

export async function assertIsLetter(raw: Buffer, sent: Letter): Promise<void> {
  const parsed = await PostalMime.parse(raw);
  assert.equal(parsed.subject, sent.subject);
  assert.equal(lines(parsed.text), lines(sent.text));
  assert.equal(lines(parsed.html), lines(sent.html));
  assert.deepEqual(parsed.from, { name: 'Switchboard', address: 'no-reply@example.com' });
  assert.deepEqual(
    parsed.to?.map(({ address }) => address),
    [sent.to],
  );
  assert.match(parsed.messageId ?? '', /^<[^@\s]+@example\.com>$/);
  assert.ok(parsed.date);
  const header = (name: string) => parsed.headers.find(({ key }) => key === name)?.value;
  assert.equal(header('auto-submitted'), 'auto-generated');
  assert.match(header('content-type') ?? '', /^multipart\/alternative/);
}

export function assertDiscreet(logged: Logged[], ...secrets: string[]): void {
  const all = JSON.stringify(logged);
  for (const secret of [to, 'Ada', 'עדה', 'https://', '012345', ...secrets])
    assert.ok(!all.includes(secret), `${secret} is in ${all}`);
}
