/** Schemas that several endpoints share. */
import { z } from 'zod';
import { MOST_ID } from './limits.ts';
import { mailAddress } from './mail-address.ts';

/** Counts code points, as every documented maximum length does. */
export const codePoints = (value: string): number => [...value].length;

// Controls, line and paragraph separators, bidi overrides and isolates.
const FORBIDDEN = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;
const VISIBLE = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cf}\p{M}\u2800]/u;

/** What is wrong with free text, as the end of the sentence "account_name …"; undefined if fine. */
function textProblem(value: string): string | undefined {
  if (!value.isWellFormed()) return 'holds half of a surrogate pair';
  const found = FORBIDDEN.exec(value);
  if (!found) return undefined;
  const code = found[0].codePointAt(0) ?? 0;
  return `holds the forbidden character U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

// NFC makes one code point of at most four (UAX #15).
const MOST_COMPOSED = 4;

/** In NFC, unless it is longer than `max` anyway: many marks in a row take quadratic time. */
const normalised = (value: string, max: number): string =>
  value.isWellFormed() && codePoints(value) <= MOST_COMPOSED * max ? value.normalize('NFC') : value;

/**
 * Free text for people: trimmed, NFC, with at least one visible character (unless `empty`), at
 * most `max` code points.
 */
export const text = (max: number, options: { empty?: boolean } = {}) =>
  z
    .string()
    .meta({ maxLength: max, ...(options.empty ? {} : { minLength: 1 }) })
    .transform((raw, check) => {
      const value = normalised(raw.trim(), max);
      const length = codePoints(value);
      const problem =
        textProblem(raw) ??
        (length > max ? `has ${length} characters` : undefined) ??
        (VISIBLE.test(value) || (options.empty && value === '')
          ? undefined
          : 'has no visible character');
      if (problem) check.issues.push({ code: 'custom', message: problem, input: raw });
      return value;
    });

/** An integer from `min` to `max`, sent as a number or as a string of at most `digits` digits. */
export const whole = (min: number, max: number, digits = String(max).length) =>
  z
    .union([
      z.int().min(min).max(max),
      z
        .string()
        .max(digits)
        .regex(/^[0-9]+$/),
    ])
    .transform((raw, check) => {
      const value = Number(raw);
      if (value < min || value > max)
        check.issues.push({ code: 'custom', message: 'is out of range', input: raw });
      return value;
    });

/** `account_id`, `agentID`: 1 … 9 999 999, leading zeros are harmless within 7 digits. */
export const id = whole(1, MOST_ID);

/** A flag of a few digits, sent as a number or as a string; never coerced. */
export const digit = <const N extends readonly number[]>(...allowed: N) =>
  z
    .union([z.literal([...allowed]), z.literal(allowed.map(String))])
    .transform((raw) => Number(raw) as N[number]);

/** A server's name: a DNS label, lower-cased. */
export const server = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/)
    .transform((raw) => raw.toLowerCase());

/** An e-mail address in its one form (`mailAddress`), of at most `max` code points in that form. */
export const email = (max: number) =>
  z
    .string()
    .meta({ maxLength: max })
    .transform((raw, check) => {
      const value = mailAddress(raw);
      const problem =
        codePoints(raw.trim()) > max
          ? `has ${codePoints(raw.trim())} characters`
          : value === undefined
            ? 'is not an e-mail address'
            : value.length > max
              ? `has ${value.length} characters as ${value}`
              : undefined;
      if (problem) check.issues.push({ code: 'custom', message: problem, input: raw });
      return value ?? '';
    });

const PASSWORD_CLASSES = [/[A-Z]/, /[a-z]/, /[!@#$%^&*()_+\-=[\]{}|\\"/.,<>:;?~']/];

/** A password as createAccount documents it: 6–50 code points of three classes, kept as sent. */
export const password = z
  .string()
  .refine((value) => value.isWellFormed(), { error: 'holds half of a surrogate pair' })
  .refine((value) => codePoints(value) >= 6, { error: 'has fewer than 6 characters' })
  .refine((value) => codePoints(value) <= 50, { error: 'has more than 50 characters' })
  .refine((value) => PASSWORD_CLASSES.every((c) => c.test(value)), {
    error: 'lacks an upper-case letter, a lower-case letter or a punctuation mark',
  });

/**
 * A password that somebody chooses on our pages: 8–128 code points, kept as sent. Whether it is
 * among the commonest or holds the own name is judged where those are known.
 */
export const newPassword = z
  .string()
  .refine((value) => value.isWellFormed(), { error: 'holds half of a surrogate pair' })
  .refine((value) => codePoints(value) >= 8, { error: 'has fewer than 8 characters' })
  .refine((value) => codePoints(value) <= 128, { error: 'has more than 128 characters' });

const UNFIT_FOR_URL = /[\s\p{C}\p{Z}\\]/u;

/**
 * The host name of an absolute http(s) URL that is safe to show as a link: with a host, without
 * user or password, white space, control or invisible characters. Undefined for anything else.
 */
export function hostOfLink(value: string): string | undefined {
  const authority = /^https?:\/\/([^/?#]+)/i.exec(value)?.[1];
  if (!authority || authority.includes('@') || UNFIT_FOR_URL.test(value)) return undefined;
  if (!URL.canParse(value)) return undefined;
  const { hostname } = new URL(value);
  return /[\p{L}\p{N}]/u.test(hostname) ? hostname : undefined;
}

/** A link, kept exactly as sent; `""` clears it. Which hosts it may name is the installation's. */
export const link = (max: number) =>
  z
    .string()
    .meta({ maxLength: max })
    .refine((value) => value.isWellFormed() && codePoints(value) <= max, {
      error: `has more than ${max} characters`,
    })
    .refine((value) => value === '' || hostOfLink(value) !== undefined, {
      error: 'is not an absolute URL with a host and without user, password or white space',
    });

/** The account that a page of getAccounts ended with. */
export type PageEnd = { server: string; accountId: number };

/** What `cursor` reads back. */
export const writeCursor = ({ server, accountId }: PageEnd): string => `${server}.${accountId}`;

/** The `next_cursor` of the page before, as `writeCursor` made it. */
export const cursor = z
  .string()
  .regex(/^[a-z0-9-]{1,50}\.[1-9][0-9]{0,6}$/)
  .transform((raw): PageEnd => {
    const [server = '', accountId] = raw.split('.');
    return { server, accountId: Number(accountId) };
  });

/** The `next_cursor` of getDeliveries: the delivery that a page ended with. */
export const deliveryCursor = z
  .string()
  .regex(/^[1-9][0-9]{0,15}$/)
  .transform(Number)
  .refine(Number.isSafeInteger);

/** The id of a person: a UUID, in lower case from here on. */
export const personId = z
  .string()
  .regex(/^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/)
  .transform((raw) => raw.toLowerCase());

/** `""`, or up to 50 ASCII letters and digits that the partner uses for the account. */
export const reference = z.string().regex(/^[A-Za-z0-9]{0,50}$/);
