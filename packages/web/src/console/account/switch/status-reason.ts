/**
 * Why an account is switched off: a category and words, kept as one text that also those read who
 * call the API: `Not paid: invoice 2026-114`. The category is in English there, whatever the page.
 */
import { endpoints } from '@switchboard/contract';

const names = {
  not_paid: 'Not paid',
  on_request: 'On request',
  abuse: 'Abuse',
  other: 'Other',
} as const;

export type Category = keyof typeof names;
export const categories = Object.keys(names) as Category[];

export const REASON_LIMIT = 256;

const { schema } = endpoints.updateAccount.request.status_reason;

export const writeReason = (category: Category, words: string): string =>
  words.trim() === '' ? names[category] : `${names[category]}: ${words.trim()}`;

export const isReason = (reason: string): boolean => schema.safeParse(reason).success;

/** The category, where the text begins with one, and the words. */
export function readReason(reason: string): { category?: Category; words: string } {
  for (const category of categories) {
    if (reason === names[category]) return { category, words: '' };
    const head = `${names[category]}: `;
    if (reason.startsWith(head)) return { category, words: reason.slice(head.length) };
  }
  return { words: reason };
}
