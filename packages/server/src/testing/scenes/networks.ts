/** For tests of what many strangers may do: a network for each, and the letters that they cause. */
import { startMailbox } from '../mail/mail.ts';
import { startService } from '../service.ts';
import { newVisitor, type Visitor } from '../visitor.ts';

/** A service that mails and believes its visitors where they come from. */
export async function startNetworks() {
  const mailbox = await startMailbox();
  const environment = { TRUST_PROXY: 'loopback', SMTP_URL: mailbox.url };
  const service = await startService({ environment });
  const partner = await service.newPartner();

  const person = async (changes = {}) => (await service.newPerson(partner, changes)).email;
  /** A visitor from that network of 65,536. */
  function fromNetwork(n: number): Visitor {
    const visitor = newVisitor(service);
    const headers = { 'x-forwarded-for': `198.18.${n >> 8}.${n & 255}` };
    return {
      ...visitor,
      post: (path, body) => visitor.post(path, body, { headers }),
      signIn: (email, typed) => visitor.signIn(email, typed, { headers }),
    };
  }
  const letters = (to: string, subject: RegExp) =>
    mailbox.all().filter((letter) => letter.to === to && subject.test(letter.subject)).length;
  /** Until no letter comes any more. */
  async function settled(): Promise<void> {
    for (let before = -1; before !== mailbox.all().length; ) {
      before = mailbox.all().length;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }

  return { mailbox, service, partner, person, fromNetwork, letters, settled };
}
