/**
 * What a person is mailed about their own way in: codes, links, and a word on what changed. In the
 * person's language, else in that of an account of theirs.
 */
import { defaultSettings, type Language } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Database } from '../database/database.ts';
import { codeLetter, resetLetter } from '../mail/letters.ts';
import type { Letter, Mailer } from '../mail/mailer.ts';
import type { Occasion } from '../mail/safety/safety.ts';
import { safetyLetter } from '../mail/safety/safety-letters.ts';
import { CODE_MINUTES } from './factors/challenge.ts';

/** Minutes that a link for a new password is good for. */
export const RESET_MINUTES = 60;

export type LettersOptions = {
  database: Database;
  mailer: Pick<Mailer, 'post'>;
  log: { error(fields: object, message: string): void };
};

/** Where the request comes from, and the address of the site that it went to. */
export type Circumstances = { userAgent: string | undefined; ipAddress: string; address: string };

type Reader = {
  email: string;
  name: string;
  language: Language;
  codes_to: string;
  /** By the database's clock. */
  now: Date;
};
type Owed = {
  personId: string;
  lane: 'code' | 'person';
  /** What it is good for, in minutes; undefined for whatever is worth knowing late. */
  minutes?: number;
  /** Anybody may ask for it: it takes no room from the others. */
  isAsked?: true;
  /** It tells of something that was refused. */
  isWarning: boolean;
  write(reader: Reader): Letter;
};

/** Letters that a request owes; none is written before `post`. */
export class Letters {
  readonly #options: LettersOptions;
  readonly #circumstances: Circumstances;
  readonly #owed: Owed[] = [];

  constructor(options: LettersOptions, circumstances: Circumstances) {
    this.#options = options;
    this.#circumstances = circumstances;
  }

  /** A code, to where this person's codes go. */
  code(personId: string, code: string): void {
    this.#owed.push({
      personId,
      lane: 'code',
      minutes: CODE_MINUTES,
      isWarning: false,
      write: ({ codes_to, email, language }) =>
        codeLetter({ to: codes_to, language, email, code, minutes: CODE_MINUTES }),
    });
  }

  resetLink(personId: string, link: string): void {
    this.#owed.push({
      personId,
      lane: 'person',
      minutes: RESET_MINUTES,
      isAsked: true,
      isWarning: false,
      write: ({ email, name, language }) =>
        resetLetter({ to: email, name, language, link, minutes: RESET_MINUTES }),
    });
  }

  /** What happened to the person's own way in. */
  safety(personId: string, occasion: Occasion): void {
    const about = { ...occasion, ...this.#circumstances };
    this.#owed.push({
      personId,
      lane: 'person',
      isWarning: occasion.what === 'wrong_codes',
      write: ({ email, name, language, now }) =>
        safetyLetter({ ...about, at: now, to: email, name, language }),
    });
  }

  /** The call failed: what tells of a change that was undone is forgotten. */
  keepWarnings(): void {
    const kept = this.#owed.filter(({ isWarning }) => isWarning);
    this.#owed.splice(0, this.#owed.length, ...kept);
  }

  /** Hands them over and returns at once: whoever waits would learn that the person exists. */
  post(): void {
    const { database, mailer, log } = this.#options;
    for (const { personId, lane, minutes, isAsked, write } of this.#owed.splice(0)) {
      const options = {
        goodForSeconds: minutes && minutes * 60,
        ...(isAsked && { kind: 'asked' }),
      };
      readerOf(database, personId)
        .then((reader) => reader && mailer.post(write(reader), lane, options))
        .catch((error: unknown) => log.error({ err: error }, 'a letter could not be written'));
    }
  }
}

async function readerOf(database: Database, personId: string): Promise<Reader | undefined> {
  const [reader] = await database.read((db) =>
    db.query<Reader>(sql`
      select now() as now, p.email, p.name, coalesce(p.two_factor_email, p.email) as codes_to,
        coalesce(p.language, (
          select a.settings->>'language'
          from agents g
          join accounts a on a.server = g.server and a.account_id = g.account_id
            and a.deleted_at is null and a.settings ? 'language'
          where g.person_id = p.id and g.state = 'open'
          order by a.created_at
          limit 1
        ), ${defaultSettings.language}) as language
      from persons p
      where p.id = ${personId}`),
  );
  return reader;
}
