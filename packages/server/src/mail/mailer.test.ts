import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import PostalMime from 'postal-mime';
import { startMailbox } from '../testing/mail/mail.ts';
import {
  assertDiscreet,
  assertIsLetter,
  closedPort,
  type Logged,
  letter,
  letters,
  lines,
  newMailer,
  startServer,
  startTalker,
  to,
} from '../testing/scenes/mailer.ts';
import type { Letter, Mailer } from './mailer.ts';

describe('mail without an SMTP server', () => {
  test('is written to private files that hold each letter whole', async () => {
    const { mailer, outbox, logged } = newMailer();
    assert.deepEqual(
      logged.map(({ level, message }) => [level, message]),
      [['warn', `mail is written to ${outbox} because SMTP_URL is not set`]],
    );
    for (const letter of letters) await mailer.send(letter, 1);
    assert.equal(statSync(outbox).mode & 0o777, 0o700);
    const files = readdirSync(outbox);
    assert.equal(files.length, letters.length);
    const told = logged.slice(1).map(({ fields }) => fields.file as string);
    assert.deepEqual(told.toSorted(), files.map((file) => join(outbox, file)).sort());
    for (const [index, file] of told.entries()) {
      assert.match(file, /\/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z-[0-9a-f]{8}\.eml$/);
      assert.equal(statSync(file).mode & 0o777, 0o600);
      const raw = readFileSync(file);
      assert.doesNotMatch(raw.toString('latin1'), /[^\r]\n|[\x80-\xff]/);
      await assertIsLetter(raw, letters[index]!);
    }
    assertDiscreet(logged);
  });

  test('is in the folder before a mailer that closes has closed', async () => {
    const { mailer, outbox } = newMailer();
    for (const letter of letters) mailer.post(letter, 'person');
    await mailer.close();
    assert.equal(readdirSync(outbox).length, letters.length);
  });

  test('says so when a file cannot be written, and goes on', async () => {
    const { mailer, line } = newMailer({ outbox: '/dev/null/outbox' });
    mailer.post(letter, 'person');
    assert.equal((await line('is given up')).fields.kind, 'ENOTDIR');
    await assert.rejects(mailer.send(letter, 1));
  });
});

describe('mail over SMTP', () => {
  test('arrives whole, with the user and password of the URL', async () => {
    const received: Buffer[] = [];
    const logins: unknown[] = [];
    const server = await startServer({
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      onAuth({ username, password }, _session, done) {
        logins.push([username, password]);
        done(null, { user: username });
      },
      async onData(stream, session, done) {
        assert.deepEqual(
          session.envelope.rcptTo.map(({ address }) => address),
          [to],
        );
        received.push(Buffer.concat(await stream.toArray()));
        done();
      },
    });
    const { mailer, logged, outbox } = newMailer({ smtpUrl: `smtp://me%40x:p%2Fss@${server}` });
    for (const letter of letters) await mailer.send(letter, 1);
    assert.deepEqual(logins, [['me@x', 'p/ss']]);
    assert.equal(received.length, letters.length);
    for (const [index, raw] of received.entries()) await assertIsLetter(raw, letters[index]!);
    assert.throws(() => readdirSync(outbox), { code: 'ENOENT' });
    assert.deepEqual(logged, []);
  });

  test('goes to and from domains in any script, and names of any unquoted sign', async () => {
    const { url, lines: wire } = await startTalker();
    const from = 'Switchboard <no-reply@דוגמה.ישראל>';
    const { mailer } = newMailer({ smtpUrl: url, from });
    const odd = "!#$%&'*+-/=?^_`{|}~@example.com";
    for (const one of ['info@bücher.example', 'info@example.xn--4dbrk0ce', odd])
      await mailer.send({ ...letter, to: one }, 1);
    assert.deepEqual(
      wire.filter((line) => /^(MAIL|RCPT|From:|To:)/.test(line)),
      ['info@xn--bcher-kva.example', 'info@example.xn--4dbrk0ce', odd].flatMap((receiver) => [
        'MAIL FROM:<no-reply@xn--6dbbec0c.xn--4dbrk0ce>',
        `RCPT TO:<${receiver}>`,
        'From: Switchboard <no-reply@xn--6dbbec0c.xn--4dbrk0ce>',
        `To: ${receiver}`,
      ]),
    );
  });

  test('is tried again, as the same message, when the server will take it later', async () => {
    const ids: (string | undefined)[] = [];
    const taken = Promise.withResolvers<void>();
    const server = await startServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      async onData(stream, _session, done) {
        ids.push((await PostalMime.parse(Buffer.concat(await stream.toArray()))).messageId);
        if (ids.length > 2) {
          done();
          return taken.resolve();
        }
        const busy = `come back later, ${to}`;
        done(Object.assign(new Error(busy), { responseCode: 451 }));
      },
    });
    const { mailer, logged } = newMailer({ smtpUrl: `smtp://${server}` });
    mailer.post(letter, 'person');
    await taken.promise;
    assert.equal(new Set(ids).size, 1);
    assert.deepEqual(
      logged.map(({ level, fields }) => [level, fields]),
      [1, 2].map((attempt) => ['warn', { message_id: ids[0], kind: 'EMESSAGE 451', try: attempt }]),
    );
    assertDiscreet(logged, 'come back');
  });

  test('is not tried again when the server refuses it for good', async () => {
    let tries = 0;
    const server = await startServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo(_address, _session, done) {
        tries++;
        done(Object.assign(new Error('no such mailbox'), { responseCode: 550 }));
      },
    });
    const { mailer, logged, line } = newMailer({ smtpUrl: `smtp://${server}` });
    mailer.post(letter, 'person');
    const { level, fields } = await line('is given up');
    assert.deepEqual([level, fields.kind, fields.try, tries], ['error', 'EENVELOPE 550', 1, 1]);
    await assert.rejects(mailer.send(letter, 1), { message: /EENVELOPE 550/ });
    assertDiscreet(logged);
  });

  test('waits and is given up where no server answers, and nobody is stopped by it', async () => {
    const smtpUrl = `smtp://me:secret-password@127.0.0.1:${await closedPort()}`;
    const { mailer, logged, line } = newMailer({ smtpUrl });
    mailer.post(letter, 'person');
    await assert.rejects(mailer.send(letter, 1), (error: Error) => {
      assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)}`, /secret-password|ada@/);
      return true;
    });
    const { fields } = await line('is given up');
    assert.deepEqual([fields.kind, fields.try], ['ESOCKET', 4]);
    assertDiscreet(logged, 'secret-password');
  });

  test('does not tell the password that the server refuses', async () => {
    const server = await startServer({
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      onAuth: ({ password }, _session, done) => done(new Error(`${password} is wrong`)),
    });
    const { mailer, logged, line } = newMailer({ smtpUrl: `smtp://me:hunter2hunter2@${server}` });
    mailer.post(letter, 'person');
    assert.equal((await line('is given up')).fields.kind, 'EAUTH 535');
    assertDiscreet(logged, 'hunter2');
  });

  test('gets a last try when the mailer closes, and is refused after', async () => {
    const { mailer, logged, line } = newMailer({
      smtpUrl: `smtp://127.0.0.1:${await closedPort()}`,
      retrySeconds: [3600],
    });
    mailer.post(letter, 'person');
    await line('tried again');
    await mailer.close();
    assert.equal(logged.at(-1)?.fields.try, 2);
    mailer.post(letter, 'person');
    assert.match(logged.at(-1)?.message ?? '', /dropped/);
    await assert.rejects(mailer.send(letter, 1), /the service stops/);
  });
});

describe('a letter to somebody who would write headers', () => {
  const hostile: Letter[] = [
    { ...letter, to: 'ada@example.com\r\nBcc: eve@example.com' },
    { ...letter, to: 'ada@example.com, eve@example.com' },
    { ...letter, to: 'eve@example.com <ada@example.com>' },
    { ...letter, to: '"ada@example.com"@eve.example' },
    { ...letter, to: '' },
    { ...letter, subject: 'Hello\r\nBcc: eve@example.com' },
    { ...letter, subject: 'Hello\nBcc: eve@example.com' },
  ];

  async function assertRefused(mailer: Mailer, logged: Logged[]): Promise<void> {
    const before = logged.length;
    for (const letter of hostile) {
      mailer.post(letter, 'person');
      await assert.rejects(mailer.send(letter, 1), /recipient|subject/);
    }
    assert.equal(logged.length - before, hostile.length);
    assertDiscreet(logged, 'eve@');
  }

  test('is refused', async () => {
    const { mailer, logged, outbox } = newMailer();
    await assertRefused(mailer, logged);
    assert.throws(() => readdirSync(outbox), { code: 'ENOENT' });
    const mailbox = await startMailbox();
    const other = newMailer({ smtpUrl: mailbox.url });
    await assertRefused(other.mailer, other.logged);
    assert.deepEqual(mailbox.all(), []);
  });
});

test('the mailbox of other tests gives out letters by address, in order', async () => {
  const mailbox = await startMailbox();
  const { mailer } = newMailer({ smtpUrl: mailbox.url });
  const first = mailbox.next('Ada@Example.com');
  for (const letter of letters) await mailer.send(letter, 1);
  await mailer.send({ ...letter, to: 'Bob@example.com' }, 1);
  assert.equal((await mailbox.next('bob@example.com')).subject, letter.subject);
  const got = [await first, await mailbox.next(to)];
  assert.deepEqual(
    got.map(({ subject }) => subject),
    letters.map(({ subject }) => subject),
  );
  assert.equal(lines(got[1]?.text), lines(letters[1]?.text));
  assert.equal(got[0]?.from, 'no-reply@example.com');
  assert.equal(mailbox.all().length, 3);
});
