/** Codes of an authenticator app: RFC 6238 with SHA-1, six digits, half a minute. */
import { generateSecret, generateURI, verify } from 'otplib';
import sql from 'sql-template-tag';
import type { Db } from '../../database/database.ts';

const PERIOD_SECONDS = 30;
const SECRET_BYTES = 32;

/** A new app's secret: 52 characters of base32. */
export const newAppSecret = (): string => generateSecret({ length: SECRET_BYTES });

/** What the app's QR code holds. */
export const appUri = (secret: string, email: string): string =>
  generateURI({ issuer: 'Switchboard', label: email, secret });

/**
 * The half minute that a code is of: the present one by the database's clock, the one before or the
 * one after. Undefined for a wrong code, and for one that is no later than the last that was taken.
 */
export async function stepOf(
  db: Db,
  secret: string,
  code: string,
  lastStep: number,
): Promise<number | undefined> {
  if (!/^\d{6}$/.test(code)) return undefined;
  const [now] = await db.query<{ epoch: number }>(sql`
    select floor(extract(epoch from clock_timestamp()))::bigint as epoch`);
  const result = await verify({
    secret,
    token: code,
    epoch: now?.epoch ?? 0,
    epochTolerance: PERIOD_SECONDS,
  });
  if (!result.valid || !('timeStep' in result)) return undefined;
  return result.timeStep > lastStep ? result.timeStep : undefined;
}
