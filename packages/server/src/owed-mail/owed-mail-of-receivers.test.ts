import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { before, describe, test } from 'node:test';
import type { AgentList } from '@switchboard/contract';
import { SMTPServer } from 'smtp-server';
import sql from 'sql-template-tag';
import { sweep } from '../sweep.ts';
import { atEnd } from '../testing/ends.ts';
import { type Mailbox, startMailbox } from '../testing/mail/mail.ts';
import { manySeats, pass } from '../testing/scenes/owed-mail.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../testing/service.ts';
import { newVisitor } from '../testing/visitor.ts';

describe('one receiver', () => {
  let mailbox: Mailbox;
  before(async () => {
    mailbox = await startMailbox();
  });
  const lettersTo = (email: string) => mailbox.all().filter(({ to }) => to === email).length;

  /** An account whose administrator is inside; `again` invites that stranger once more. */
  async function inside(service: TestService, partner: TestPartner) {
    const request = { ...accountRequest(), ...manySeats };
    const { account_id } = await partner.createAccount(request);
    const visitor = newVisitor(service);
    await visitor.signIn(request.admin_email);
    const at = `/api/workspace/${account_id}/agents` as const;
    const invite = async (email: string) => {
      const heard = await visitor.post(at, { email, name: 'Buy now', role: 'agent' });
      assert.equal(heard.http, 200, heard.text);
    };
    return {
      invite,
      async again(email: string) {
        const { agents } = (await visitor.get(at)).body as unknown as AgentList;
        const agent = agents.find((one) => one.email === email);
        if (agent) assert.equal((await visitor.delete(`${at}/${agent.id}`)).http, 200);
        await invite(email);
      },
    };
  }
  /** Every letter that may go out now has gone out: one to somebody else, named last, is here. */
  async function settled(invite: (email: string) => Promise<void>) {
    const last = accountRequest().admin_email;
    await invite(last);
    await mailbox.next(last);
  }

  test('gets three letters an hour and ten a day for a partner, and the others later', async () => {
    const service = await startService({ environment: { SMTP_URL: mailbox.url } });
    const partner = await service.newPartner();
    const { invite, again } = await inside(service, partner);
    const stranger = accountRequest().admin_email;
    for (let n = 0; n < 15; n++) {
      await again(stranger);
      if (n < 3) await mailbox.next(stranger);
    }
    await settled(invite);
    assert.equal(lettersTo(stranger), 3);
    const owed = await service.database.read((db) =>
      db.query(sql`
        select from agents g join persons m on m.id = g.person_id
        where m.email = ${stranger}
          and g.mail_due_at between now() + interval '50 minutes' and now() + interval '1 hour'`),
    );
    assert.equal(owed.length, 1);

    for (const expected of [6, 9, 10]) {
      await pass(service, 1);
      while (lettersTo(stranger) < expected) {
        await mailbox.next(stranger);
        if (lettersTo(stranger) < expected) await again(stranger);
      }
      await again(stranger);
      await settled(invite);
      assert.equal(lettersTo(stranger), expected);
    }
    await pass(service, 24);
    await mailbox.next(stranger);
  });

  test('is counted over all accounts of a partner, and for each partner apart', async () => {
    const service = await startService({ environment: { SMTP_URL: mailbox.url } });
    const [a, b] = [await service.newPartner(), await service.newPartner()];
    const stranger = accountRequest().admin_email;
    const first = await inside(service, a);
    for (const { invite } of [first, await inside(service, a), await inside(service, a)]) {
      await invite(stranger);
      await mailbox.next(stranger);
    }
    await (await inside(service, a)).invite(stranger);
    await settled(first.invite);
    assert.equal(lettersTo(stranger), 3);
    await (await inside(service, b)).invite(stranger);
    await mailbox.next(stranger);
  });

  test('is not tried more often when the mail server refuses them for good', async () => {
    const refused: (() => void)[] = [];
    let tries = 0;
    const smtp = new SMTPServer({
      ...{ authOptional: true, disabledCommands: ['STARTTLS'], disableReverseLookup: true },
      onRcptTo(_address, _session, done) {
        tries++;
        for (const tell of refused.splice(0)) tell();
        done(Object.assign(new Error('no such mailbox'), { responseCode: 550 }));
      },
    });
    smtp.on('error', () => {});
    await new Promise<void>((listening) => smtp.listen(0, '127.0.0.1', listening));
    atEnd(() => new Promise<void>((closed) => smtp.close(closed)));
    const { port } = smtp.server.address() as AddressInfo;
    const service = await startService({ environment: { SMTP_URL: `smtp://127.0.0.1:${port}` } });
    const { again } = await inside(service, await service.newPartner());
    const stranger = accountRequest().admin_email;
    for (let n = 0; n < 3; n++) {
      const told = new Promise<void>((tell) => refused.push(tell));
      await again(stranger);
      await told;
    }
    await again(stranger);
    const isLater = async () => {
      const rows = await service.database.read((db) =>
        db.query(sql`select from agents where mail_due_at > now() + interval '50 minutes'`),
      );
      return rows.length === 1;
    };
    while (!(await isLater()));
    assert.equal(tries, 3);
  });

  test('is forgotten after a day', async () => {
    const service = await startService({ environment: { SMTP_URL: mailbox.url } });
    const { invite } = await inside(service, await service.newPartner());
    await settled(invite);
    const rows = () => service.database.read((db) => db.query(sql`select from mail_sent`));
    await sweep(service.database);
    assert.equal((await rows()).length, 1);
    await pass(service, 25);
    await sweep(service.database);
    assert.equal((await rows()).length, 0);
  });
});
