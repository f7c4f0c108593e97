/** Words that people, accounts and their pages share: languages, roles, whom to ask. */
import { z } from 'zod';

/** Languages of pages and mails. */
export const languages = ['en', 'he'] as const;
export type Language = (typeof languages)[number];
export const language = z.enum(languages);

export const roles = ['administrator', 'agent'] as const;
export type Role = (typeof roles)[number];
export const role = z.enum(roles);

/** What came of a letter that was not delivered. */
export const mailFailures = [
  /** By the mail server, for good. */
  'refused',
  /** By the mail server, for now. */
  'put_off',
  /** The mail server was away, or let nobody in. */
  'not_reached',
  /** It took too long, or hung up: the receiver may have the letter. */
  'no_answer',
  /** No mail can be sent to such an address. */
  'impossible',
] as const;
export type MailFailure = (typeof mailFailures)[number];

/** An invitation, or the word that somebody may enter, that was not delivered. */
export const notDelivered = z.object({
  why: z
    .enum(mailFailures)
    .describe(
      'At the last try: `refused` or `put_off` by the mail server, for good or for now; `not_reached`; `no_answer`; `impossible` for an address that no mail can be sent to.',
    ),
  answer: z.string().describe('What the mail server said, at most 200 characters, or `""`.'),
  next_try_time: z.int().nullable().describe('Unix time in seconds; null when it was given up.'),
});
export type NotDelivered = z.output<typeof notDelivered>;

/** The partner's contact, shown where an account is disabled; each may be `""`. */
export const supportContact = z.object({ name: z.string(), url: z.string(), email: z.string() });
export type SupportContact = z.output<typeof supportContact>;
