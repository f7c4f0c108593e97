/**
 * What better-auth has to be mailed: links for a new password, and codes. In the person's language,
 * else in that of an account of theirs.
 */
import { defaultSettings, type Language } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Database } from '../database/database.ts';
import { codeLetter, resetLetter } from '../mail/letters.ts';
import type { Mailer } from '../mail/mailer.ts';

/** Minutes that a link for a new password is good for. */
export const RESET_MINUTES = 30;
/** Minutes that an e-mailed code is good for. */
export const CODE_MINUTES = 10;

export type IdentityMail = {
  database: Database;
  mailer: Pick<Mailer, 'post'>;
  log: { error(fields: object, message: string): void };
};

/** Mails the link and returns at once: whoever waits would learn that the person exists. */
export function postResetLink(mail: IdentityMail, personId: string, link: string): void {
  afterwards(mail, personId, ({ email, name, language }) =>
    resetLetter({ to: email, name, language, link, minutes: RESET_MINUTES }),
  );
}

/** Mails a code to where this person's codes go. */
export function postCode(mail: IdentityMail, personId: string, code: string): void {
  afterwards(mail, personId, ({ codes_to, language }) =>
    codeLetter({ to: codes_to, language, code, minutes: CODE_MINUTES }),
  );
}

type Reader = { email: string; name: string; language: Language; codes_to: string };

function afterwards(
  { database, mailer, log }: IdentityMail,
  personId: string,
  write: (reader: Reader) => Parameters<Mailer['post']>[0],
): void {
  database
    .read((db) =>
      db.query<Reader>(sql`
        select p.email, p.name, coalesce(p.two_factor_email, p.email) as codes_to,
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
    )
    .then(([reader]) => reader && mailer.post(write(reader)))
    .catch((error: unknown) => log.error({ err: error }, 'a letter could not be written'));
}
