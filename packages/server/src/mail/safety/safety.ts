/** What letters about a person's own safety are about, and what they are made of. */
import type { Language } from '@switchboard/contract';
import type { Block } from '../frame.ts';
import { say, type Words } from '../words.ts';

export type Occasion =
  /** A first password, a changed one, or a reset. */
  | { what: 'password_set' }
  /** In place of those of before. */
  | { what: 'backup_codes_made' }
  /** An authenticator app, or codes by mail. */
  | { what: 'factor_added' | 'factor_removed'; factor: 'app' | 'mail' }
  /** For the first time; the names of the accounts that are open from now on, and of the others. */
  | { what: 'address_proved'; open: string[]; waiting: string[] }
  /** Ten, after the right password. */
  | { what: 'wrong_codes' }
  | { what: 'new_device' };

export type SafetyLetter = Occasion & {
  to: string;
  language: Language;
  name: string;
  at: Date;
  /** Of the browser that did it, as its request says. */
  userAgent?: string | undefined;
  ipAddress?: string | undefined;
  /** Where the pages are, as `https://online.example.com`. */
  address: string;
};

/** Each language's part. */
export type Said = { subject: Words; happened: Block[]; ifYou?: Words; ifNot: Words };

const SHOWN = 10;

/** Accounts by name, ten at most; nothing when there are none. */
export function accounts(heading: Words, names: string[], more: (count: number) => Words): Block[] {
  if (names.length === 0) return [];
  const list = names.slice(0, SHOWN).map((name) => say`${name}`);
  return [heading, { list: names.length > SHOWN ? [...list, more(names.length - SHOWN)] : list }];
}
