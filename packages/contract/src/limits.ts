/** Numbers that the wire, the checks and the words for people all name. */

/** The greatest number of an account or agent: seven digits. */
export const MOST_ID = 9_999_999;

/** Bytes of a request's body. */
export const BODY_LIMIT = 65_536;

/** The same of a call that makes many changes at once. */
export const MANY_BODY_LIMIT = 2_097_152;

/** Changes of one call at most. */
export const MOST_CHANGES = 1_000;

/** @param limit bytes */
export const bodyTooLarge = (limit: number): string =>
  `The body is larger than ${limit / 1024} KiB (${limit} bytes).`;

export const BODY_TOO_LARGE = bodyTooLarge(BODY_LIMIT);

/** Characters of a cursor of the list of accounts at most: a name of 100 code points is in it. */
export const LIST_CURSOR_LIMIT = 700;

/**
 * Characters of a cursor of the feed at most: it has a place in a query beside other headers, and
 * room for more transactions under way at a time than a PostgreSQL has.
 */
export const FEED_CURSOR_LIMIT = 12_000;

/** Credentials of a partner in force at a time. */
export const MOST_CREDENTIALS = 50;

/** People of a partner, those who were invited included. */
export const MOST_MEMBERS = 500;
