/** For tests of invitations: people who invite, and what comes of the letters. */
import assert from 'node:assert/strict';
import { startMailbox } from '../mail/mail.ts';
import { accountRequest, startService } from '../service.ts';
import { newVisitor } from '../visitor.ts';

/** Chosen by whoever is invited. */
export const PASSWORD = 'Chosen-Horse2';

export const newEmail = () => accountRequest().admin_email;

/** A service that mails, with two servers and a partner, and what its people do. */
export async function startInvitations() {
  const mailbox = await startMailbox();
  const service = await startService({ environment: { SMTP_URL: mailbox.url } });
  await service.operator.createServer({ server: 'second' });
  const partner = await service.newPartner();
  const server = 'online';

  /** An account and its administrator inside it. */
  async function inside(changes: Record<string, unknown> = {}) {
    const email = newEmail();
    const id = await service.newAccount(partner, { admin_email: email, ...changes });
    const visitor = newVisitor(service);
    await visitor.signIn(email);
    const at = `/api/workspace/${id}/agents` as const;
    const invite = (to: string, changes = {}) =>
      visitor.post(at, { email: to, name: 'Noa Levi', role: 'agent', ...changes });
    return { id, at, email, visitor, invite };
  }
  /** The token of the invitation that was mailed to this address. */
  async function mailed(to: string): Promise<string> {
    const { text } = await mailbox.next(to);
    const token = /\/invitation\?token=(swb_in_[\w-]{43})$/m.exec(text)?.[1];
    return token ?? assert.fail(text);
  }
  const look = (token: string, at = server) =>
    newVisitor(service, at).post('/api/invitation', { token });
  const accept = (token: string, body: object = {}, at: string | null = server) =>
    newVisitor(service, at).post('/api/invitation/accept', { token, ...body });

  return { mailbox, service, partner, server, inside, mailed, look, accept };
}
