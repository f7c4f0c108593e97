import { Turns } from '../attempts/turns.ts';

/**
 * Letters that are asked for, by network: those about one person or from one address are counted in
 * one row, and a burst that waits for it must not hold every connection to the database.
 */
export const asking = new Turns({ atOnce: 4, most: 500 });
