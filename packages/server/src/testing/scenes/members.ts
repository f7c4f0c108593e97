/** For tests of a partner's people: who is invited, and what comes of the letters. */
import assert from 'node:assert/strict';
import type { MemberRole } from '@switchboard/contract';
import { startMailbox } from '../mail/mail.ts';
import { accountRequest, startService, type TestPartner } from '../service.ts';
import { newVisitor } from '../visitor.ts';

/** Chosen by whoever is invited. */
export const CHOSEN = 'Chosen-Horse2';

export const newEmail = () => accountRequest().admin_email;

/** A service that mails, and what a partner and its people do. */
export async function startMembers() {
  const mailbox = await startMailbox();
  const service = await startService({ environment: { SMTP_URL: mailbox.url } });

  const invite = (partner: TestPartner, email: string, role: MemberRole = 'operator') =>
    partner.inviteMember({ email, name: 'Noa Levi', role });
  /** The token of the invitation that was mailed to this address. */
  async function mailed(to: string): Promise<string> {
    const { text } = await mailbox.next(to, /\/invitation\?token=/);
    return /\/invitation\?token=(swb_in_[\w-]{43})$/m.exec(text)?.[1] ?? assert.fail(text);
  }
  /** The console, or a server's online. */
  const at = (server: string | null = null) => newVisitor(service, server);
  const look = (token: string, server?: string | null) =>
    at(server).post('/api/invitation', { token });
  const accept = (token: string, body: object = {}, server?: string | null) =>
    at(server).post('/api/invitation/accept', { token, ...body });
  /** Somebody new who has joined, with the password `CHOSEN`; signed in to the console. */
  async function joined(partner: TestPartner, role?: MemberRole) {
    const email = newEmail();
    const { person_id } = await invite(partner, email, role);
    const visitor = at();
    const body = { token: await mailed(email), password: CHOSEN, name: 'Noa L.' };
    const heard = await visitor.post('/api/invitation/accept', body);
    assert.deepEqual([heard.http, heard.body.signed_in], [200, true], heard.text);
    return { email, person_id, visitor };
  }
  const isSignedIn = async (visitor: ReturnType<typeof at>) =>
    (await visitor.get('/api/auth/get-session')).text !== 'null';
  /** What the list shows of somebody; undefined when they are not in it. */
  const find = async (partner: TestPartner, personId: string) =>
    (await partner.getMembers()).list.find(({ person_id }) => person_id === personId);

  return { mailbox, service, invite, mailed, at, look, accept, joined, isSignedIn, find };
}
