/** Numbers that the wire, the checks and the words for people all name. */

/** The greatest number of an account or agent: seven digits. */
export const MOST_ID = 9_999_999;

/** Bytes of a request's body. */
export const BODY_LIMIT = 65_536;

export const BODY_TOO_LARGE = `The body is larger than ${BODY_LIMIT / 1024} KiB (${BODY_LIMIT} bytes).`;

/**
 * Characters of a cursor of the feed at most: it has a place in a query beside other headers, and
 * room for more transactions under way at a time than a PostgreSQL has.
 */
export const FEED_CURSOR_LIMIT = 12_000;

/** Credentials of a partner in force at a time. */
export const MOST_CREDENTIALS = 50;
