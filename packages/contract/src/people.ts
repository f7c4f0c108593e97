/** Words that people, accounts and their pages share: languages, roles, whom to ask. */
import { z } from 'zod';

/** Languages of pages and mails. */
export const languages = ['en', 'he'] as const;
export type Language = (typeof languages)[number];
export const language = z.enum(languages);

export const roles = ['administrator', 'agent'] as const;
export type Role = (typeof roles)[number];
export const role = z.enum(roles);

/** The partner's contact, shown where an account is disabled; each may be `""`. */
export const supportContact = z.object({ name: z.string(), url: z.string(), email: z.string() });
export type SupportContact = z.output<typeof supportContact>;
