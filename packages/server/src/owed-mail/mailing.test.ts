import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentList } from '@switchboard/contract';
import { SMTPServer } from 'smtp-server';
import sql from 'sql-template-tag';
import { atEnd } from '../testing/ends.ts';
import { type Mailbox, startMailbox } from '../testing/mail/mail.ts';
import { accountRequest, startService, type TestService } from '../testing/service.ts';
import { newVisitor } from '../testing/visitor.ts';

describe('mail that agents are owed', () => {
  let mailbox: Mailbox;
  before(async () => {
    mailbox = await startMailbox();
  });

  const due = (service: TestService, email: string) =>
    service.database
      .read((db) =>
        db.query<{ owed: boolean }>(sql`
          select g.mail_due_at is not null as owed
          from agents g join persons p on p.id = g.person_id
          where p.email = ${email}`),
      )
      .then((rows) => rows.map(({ owed }) => owed));
  /** The time that a failed try waits for is over. */
  const later = (service: TestService) =>
    service.database.write((db) =>
      db.query(sql`update agents set mail_due_at = now() where mail_due_at is not null`),
    );
  /** An account whose administrator is inside. */
  async function inside(service: TestService) {
    const partner = await service.newPartner();
    const request = { ...accountRequest(), agents: 99 };
    const { account_id } = await partner.createAccount(request);
    const visitor = newVisitor(service);
    await visitor.signIn(request.admin_email);
    const at = `/api/workspace/${account_id}/agents` as const;
    const invite = async () => {
      const email = accountRequest().admin_email;
      const body = { email, name: 'Noa', role: 'agent' };
      const heard = await visitor.post(at, body);
      assert.equal(heard.http, 200, heard.text);
      return email;
    };
    return { invite, at, visitor, admin: request.admin_email };
  }
  const letters = (email: string) => mailbox.all().filter(({ to }) => to === email);

  test('survives a mail server that refuses, and the end of the service', async () => {
    const refusing = await startService({ environment: { SMTP_URL: 'smtp://127.0.0.1:1' } });
    const { invite } = await inside(refusing);
    const emails = [await invite(), await invite()];
    await refusing.app.http.close();
    for (const email of emails) assert.deepEqual(await due(refusing, email), [true]);

    await later(refusing);
    const environment = { SMTP_URL: mailbox.url };
    const service = await startService({ environment, beside: refusing });
    for (const email of emails) {
      const { text } = await mailbox.next(email);
      const token = /token=(\S+)$/m.exec(text)?.[1];
      const visitor = newVisitor(service);
      const body = { token, password: 'Chosen-Horse2' };
      assert.equal((await visitor.post('/api/invitation/accept', body)).http, 200);
      assert.equal((await visitor.signIn(email, body.password)).http, 200);
    }
  });

  test('is owed from the moment that an agent is named who cannot know of it, and to nobody else', async () => {
    const refusing = await startService({ environment: { SMTP_URL: 'smtp://127.0.0.1:1' } });
    const { invite, admin } = await inside(refusing);
    const other = await refusing.newPartner();
    await other.createAccount({ ...accountRequest(), admin_email: admin });
    assert.deepEqual((await due(refusing, admin)).sort(), [false, true]);
    const known = accountRequest().admin_email;
    await other.createAccount({ ...accountRequest(), admin_email: known });
    await other.createAccount({ ...accountRequest(), admin_email: known });
    assert.deepEqual((await due(refusing, known)).sort(), [false, true]);
    assert.deepEqual(await due(refusing, await invite()), [true]);
  });

  test('calls whoever proved the address as they call themselves, others as they were named', async () => {
    const service = await startService({ environment: { SMTP_URL: mailbox.url } });
    const { invite } = await inside(service);
    const email = await invite();
    const { text } = await mailbox.next(email);
    assert.match(text, /^Hello Noa,$/m);
    const token = /token=(\S+)$/m.exec(text)?.[1];
    const body = { token, password: 'Chosen-Horse2', name: 'Noa of Haifa' };
    const heard = await newVisitor(service).post('/api/invitation/accept', body);
    assert.equal(heard.http, 200, heard.text);
    const elsewhere = await inside(service);
    const named = { email, name: 'Typed Name', role: 'agent' };
    assert.equal((await elsewhere.visitor.post(elsewhere.at, named)).http, 200);
    const second = await mailbox.next(email, /account/);
    assert.match(second.text, /^Hello Noa of Haifa,$/m);
  });

  test('goes out once, however many nodes there are', async () => {
    const environment = { SMTP_URL: mailbox.url };
    const service = await startService({ environment });
    await startService({ environment, beside: service });
    const { invite } = await inside(service);
    const emails: string[] = [];
    for (let n = 0; n < 30; n++) emails.push(await invite());
    for (const email of emails) await mailbox.next(email);
    const last = await invite();
    await mailbox.next(last);
    for (const email of [...emails, last]) assert.equal(letters(email).length, 1);
  });

  test('reaches the others when some of them were removed while it was under way', async () => {
    const refusing = await startService({ environment: { SMTP_URL: 'smtp://127.0.0.1:1' } });
    const { invite, admin, at } = await inside(refusing);
    const emails: string[] = [];
    for (let n = 0; n < 8; n++) emails.push(await invite());
    await refusing.app.http.close();
    await later(refusing);

    const gate = Promise.withResolvers<void>();
    const held = Promise.withResolvers<string>();
    const survivor = () => emails.findLast((email) => email !== first);
    let first: string | undefined;
    const arrived = Promise.withResolvers<void>();
    const smtp = new SMTPServer({
      ...{ authOptional: true, disabledCommands: ['STARTTLS'], disableReverseLookup: true },
      onRcptTo({ address }, _session, done) {
        first ??= address;
        held.resolve(first);
        void gate.promise.then(() => done());
        if (address === survivor()) arrived.resolve();
      },
      onData(stream, _session, done) {
        stream.resume().once('end', () => done());
      },
    });
    smtp.on('error', () => {});
    await new Promise<void>((listening) => smtp.listen(0, '127.0.0.1', listening));
    atEnd(() => new Promise<void>((closed) => smtp.close(closed)));
    const { port } = smtp.server.address() as AddressInfo;
    const environment = { SMTP_URL: `smtp://127.0.0.1:${port}` };
    const service = await startService({ environment, beside: refusing });
    // One round has claimed them all and waits for the mail server to take the first.
    await held.promise;
    const visitor = newVisitor(service);
    await visitor.signIn(admin);
    const { agents } = (await visitor.get(at)).body as unknown as AgentList;
    for (const { id, email, you } of agents)
      if (!you && email !== first && email !== survivor())
        assert.equal((await visitor.delete(`${at}/${id}`)).http, 200);
    gate.resolve();
    const patience = sleep(10_000, 'nothing came', { ref: false });
    assert.equal(await Promise.race([arrived.promise, patience]), undefined);
  });
});
