/** For tests of the second factor: people who have one, and the letters and apps that give codes. */
import assert from 'node:assert/strict';
import { generate } from 'otplib';
import { startMailbox } from '../mail/mail.ts';
import { startService } from '../service.ts';
import { newVisitor, type Visitor } from '../visitor.ts';

/** Everybody's. */
export const password = 'Correct-Horse1';

/** A service that mails, and what its people do about their second factor. */
export async function startFactors() {
  const mailbox = await startMailbox();
  const service = await startService({ environment: { SMTP_URL: mailbox.url } });
  const partner = await service.newPartner();

  const person = (changes = {}) => service.newPerson(partner, changes);
  async function signedIn(email: string): Promise<Visitor> {
    const visitor = newVisitor(service);
    const heard = await visitor.signIn(email);
    assert.ok(heard.http === 200 && heard.body.user, heard.text);
    return visitor;
  }
  const post = (visitor: Visitor, path: string, body?: object) =>
    visitor.post(`/api/auth/two-factor/${path}`, body);
  const isSignedIn = async (visitor: Visitor) =>
    (await visitor.get('/api/auth/get-session')).text !== 'null';
  async function codeTo(address: string): Promise<string> {
    // A word on what changed may come between.
    for (;;) {
      const code = /^\d{6}$/m.exec((await mailbox.next(address)).text)?.[0];
      if (code) return code;
    }
  }
  /** Sets up an app; its secret and backup codes. */
  async function setUpApp(visitor: Visitor) {
    const { body, text } = await post(visitor, 'enable', { password });
    const { totpURI, backupCodes } = body as { totpURI: string; backupCodes: string[] };
    assert.match(totpURI, /^otpauth:\/\/totp\/Switchboard:/, text);
    const secret = new URL(totpURI).searchParams.get('secret') ?? '';
    const verified = await post(visitor, 'verify-totp', { code: await generate({ secret }) });
    assert.equal(verified.http, 200, verified.text);
    return { secret, backupCodes };
  }

  return { service, partner, person, signedIn, post, isSignedIn, codeTo, setUpApp };
}
