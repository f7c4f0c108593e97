/** A letter as a mail program gets it: its headers, and nothing in them that a user could forge. */
import { randomUUID } from 'node:crypto';
import { mailAddress } from '@switchboard/contract';
import type { SendMailOptions } from 'nodemailer';
import type { Letter } from '../operation.ts';
import type { Sender } from './address.ts';
import { NotTaken } from './not-taken.ts';

export type { Letter } from '../operation.ts';

export type Message = SendMailOptions & { messageId: string };

/**
 * One message; every try to deliver it has the same Message-ID and Date.
 *
 * @throws NotTaken when the recipient is not one plain address, or the subject not one line
 */
export function compose(letter: Letter, from: Sender): Message {
  const to = mailAddress(letter.to);
  if (to === undefined) throw new NotTaken('the recipient is not an e-mail address', 'impossible');
  if (/\p{Cc}/u.test(letter.subject))
    throw new NotTaken('the subject is not one line', 'impossible');
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return {
    messageId: `<${randomUUID()}@${domain}>`,
    date: new Date(),
    from,
    to: { name: '', address: to },
    subject: letter.subject,
    text: letter.text,
    html: letter.html,
    headers: { 'Auto-Submitted': 'auto-generated' },
    xMailer: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
