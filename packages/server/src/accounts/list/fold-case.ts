/** Text compared and sorted without regard to case, whatever the database's own `lc_ctype` knows. */
import sql, { raw, type Sql } from 'sql-template-tag';
import type { Db } from '../../database/database.ts';

/**
 * The best first: PostgreSQL's own with Unicode's whole rules (18 and later: half of the time), ICU
 * with the same, PostgreSQL's own (17), the system's.
 */
const FOLDING = ['pg_unicode_fast', 'und-x-icu', 'pg_c_utf8', 'C.utf8', 'default'];
/** In the order of dictionaries; the others know the order of code points. */
const SORTING = ['und-x-icu', 'default'];

/**
 * Answers what makes two texts equal that differ in case alone. Capitals, since small letters keep
 * `ς` and `σ`, `ß` and `ss` apart; all four Turkish i are one, for whoever types on another
 * keyboard. To be compared byte by byte.
 *
 * @param sought what is looked for: without an i in it nothing is made of theirs
 */
export async function caseFolding(db: Db, sought: string): Promise<(text: Sql) => Sql> {
  const collation = await firstOf(db, FOLDING);
  const upper = (text: Sql) => sql`upper(${text} collate ${collation}) collate "C"`;
  // İ alone, of all letters, has an I among its pieces that upper() leaves with a dot.
  return ANY_I.test(sought) ? (text) => sql`replace(${upper(text)}, 'İ', 'I')` : upper;
}

/**
 * The longest part of a text that is itself in any case, and that no other letter has among its
 * capitals: digits, signs of ASCII, scripts without capitals. Where a folded text has the whole, the
 * unfolded one has this part, and is asked for it at a tenth of the price.
 *
 * @returns '' where there is none
 */
export function caselessPart(text: string): string {
  const parts = text.match(CASELESS)?.filter((part) => part.trim() !== '') ?? [];
  return parts.toSorted((a, b) => b.length - a.length)[0] ?? '';
}

const CASELESS =
  /[ -@[-`{-~\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]+/gu;

const ANY_I = /[iIıİ]/;

/** In which names are sorted. */
export const nameCollation = (db: Db): Promise<Sql> => firstOf(db, SORTING);

/** What to tell an operator whose database knows no letters but A to Z; undefined when all is well. */
export async function caseProblem(db: Db): Promise<string | undefined> {
  const folded = await caseFolding(db, '');
  const [row] = await db.query<{ folds: boolean }>(sql`
    select ${folded(sql`'п'`)} = 'П' as folds`);
  return row?.folds ? undefined : NO_LETTERS;
}

const NO_LETTERS =
  'The database knows no capitals but A to Z, so a search in other scripts finds only what is written in the same case: use PostgreSQL 17 or later, one built with ICU, or a system with the locale C.utf8.';

async function firstOf(db: Db, collations: readonly string[]): Promise<Sql> {
  const [found] = await db.query<{ name: string }>(sql`
    select collname as name
    from pg_collation
    where collname = any (${collations}) and collnamespace = 'pg_catalog'::regnamespace
      and collencoding in (-1, pg_char_to_encoding('UTF8'))
    order by array_position(${collations}, collname::text)
    limit 1`);
  return raw(`"${found?.name ?? 'default'}"`);
}
