/** How long after a failure the next try is. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Seconds after the first, second … failed try; the tries of a delivery end with it. */
export const LADDER = [5 * MINUTE, 20 * MINUTE, HOUR, 4 * HOUR, 24 * HOUR] as const;

/** The first one and one after each step. */
export const MOST_TRIES = LADDER.length + 1;

/** Seconds; an address may ask for that much by `Retry-After`. */
export const LONGEST_REST = 24 * HOUR;

/** An address is in trouble after so many failures in a row. */
export const FAILURES_OF_TROUBLE = 3;

/** Seconds for which an address that takes nothing is tried. */
export const PATIENCE = 24 * HOUR;

/** For which each delivery is kept, whatever became of it. */
export const DELIVERY_DAYS = 30;
