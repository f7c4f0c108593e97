/** The library's failures as ours. */
import type { FailureCode } from '@switchboard/contract';
import { Failure } from '../failure.ts';
import { BLOCK_SECONDS } from '../partners/login-failures.ts';

const codes: Record<string, FailureCode> = {
  INVALID_EMAIL_OR_PASSWORD: 'wrong_credentials',
  INVALID_PASSWORD: 'wrong_password',
  CREDENTIAL_ACCOUNT_NOT_FOUND: 'wrong_password',
  PASSWORD_TOO_SHORT: 'password_invalid',
  PASSWORD_TOO_LONG: 'password_invalid',
  INVALID_TOKEN: 'link_over',
  USER_NOT_FOUND: 'link_over',
  INVALID_CODE: 'wrong_code',
  INVALID_BACKUP_CODE: 'wrong_code',
  OTP_HAS_EXPIRED: 'code_expired',
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: 'code_expired',
  INVALID_TWO_FACTOR_COOKIE: 'challenge_expired',
  // The second factor was switched off while somebody was signing in with it.
  FAILED_TO_CREATE_SESSION: 'challenge_expired',
  ACCOUNT_TEMPORARILY_LOCKED: 'too_many_failures',
  TOTP_ALREADY_ENABLED: 'second_factor_conflict',
  TOTP_NOT_ENABLED: 'second_factor_conflict',
  OTP_NOT_ENABLED: 'second_factor_conflict',
  TWO_FACTOR_NOT_ENABLED: 'second_factor_conflict',
  BACKUP_CODES_NOT_ENABLED: 'second_factor_conflict',
  UNAUTHORIZED: 'no_session',
};

/** A refusal of the library as a Failure; what is a fault stays as it is, to be logged whole. */
export function identityFailure(error: unknown): unknown {
  if (!isRefusal(error)) return error;
  const status = error.statusCode === 409 ? 'second_factor_conflict' : 'request_invalid';
  const code = codes[error.body?.code ?? ''] ?? status;
  return new Failure(
    code,
    code === 'too_many_failures' ? { retryAfterSeconds: BLOCK_SECONDS } : undefined,
  );
}

type LibraryError = Error & { statusCode: number; body?: { code?: string } };

const isRefusal = (error: unknown): error is LibraryError =>
  error instanceof Error &&
  error.name === 'APIError' &&
  (error as LibraryError).statusCode >= 400 &&
  (error as LibraryError).statusCode < 500;
