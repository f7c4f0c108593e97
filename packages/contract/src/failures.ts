/**
 * How the calls of the online's own pages fail: `{"error":{"code","message"},"request_id"}`.
 * The Partner API's refusals are in `reasons.ts`.
 */
import { BODY_TOO_LARGE } from './limits.ts';
import type { SupportContact } from './people.ts';

type Failure = { http: number; sentence: string };

/** Every failure that the online's pages can meet. Codes are never reused. */
export const failures = {
  body_invalid: { http: 400, sentence: 'The body must be one JSON object in UTF-8.' },
  request_invalid: { http: 422, sentence: 'Something in the request is not valid.' },
  password_invalid: {
    http: 422,
    sentence:
      'A password has 8 to 128 characters, is not one of the commonest, and does not hold your own name or address.',
  },
  read_only: {
    http: 422,
    sentence: 'Only the service provider changes the name, the status and the builder link.',
  },
  no_session: { http: 401, sentence: 'Nobody is signed in here; sign in.' },
  wrong_credentials: { http: 401, sentence: 'E-mail or password is wrong.' },
  wrong_code: { http: 401, sentence: 'The code is wrong; enter the latest one.' },
  code_expired: { http: 400, sentence: 'The code has expired or was used; ask for a new one.' },
  challenge_expired: { http: 401, sentence: 'This sign-in took too long; begin again.' },
  wrong_password: { http: 400, sentence: 'The current password is wrong.' },
  second_factor_conflict: {
    http: 409,
    sentence: 'The second factor is not in a state that allows this.',
  },
  account_disabled: {
    http: 403,
    sentence: 'This account is disabled. No one can sign in until it is switched on again.',
  },
  sign_in_again: { http: 403, sentence: 'The account was switched off meanwhile; sign in again.' },
  other_server: { http: 403, sentence: 'Your accounts are on another server; sign in there.' },
  no_account: { http: 403, sentence: 'You are not an agent of any account.' },
  not_a_member: { http: 403, sentence: 'You are not a member of any partner.' },
  partner_suspended: { http: 403, sentence: 'The partner is suspended; ask the operator.' },
  link_session: {
    http: 403,
    sentence: 'Signed in by a login link; sign in with a password to do this.',
  },
  administrators_only: { http: 403, sentence: 'Only an administrator of the account can do this.' },
  origin_refused: { http: 403, sentence: "The request does not come from this host's own pages." },
  not_found: { http: 404, sentence: 'There is nothing here for you.' },
  method_not_allowed: {
    http: 405,
    sentence: 'Wrong HTTP method; the header Allow names the right one.',
  },
  seat_limit_reached: {
    http: 409,
    sentence: 'Every seat of the account is taken; remove an agent or ask the service provider.',
  },
  last_administrator: {
    http: 409,
    sentence: 'An account needs an administrator; make somebody else one first.',
  },
  already_agent: { http: 409, sentence: 'This person is an agent of the account already.' },
  link_over: { http: 410, sentence: 'This link was used or has expired; ask for a new one.' },
  body_too_large: { http: 413, sentence: BODY_TOO_LARGE },
  wrong_host: { http: 421, sentence: 'Nothing is served under this host name.' },
  too_many_failures: {
    http: 429,
    sentence: 'Too many failed tries; wait as long as Retry-After says (seconds).',
  },
  too_many_writes: {
    http: 429,
    sentence: 'Too many changes in a short time; wait as long as Retry-After says (seconds).',
  },
  internal_error: { http: 500, sentence: 'Something failed on our side; try again.' },
  unavailable: { http: 503, sentence: 'The service cannot answer for the moment; try again.' },
} as const satisfies Record<string, Failure>;

export type FailureCode = keyof typeof failures;

/** The body of every failure. */
export type FailureBody = {
  error: {
    code: FailureCode;
    /** One sentence in English; pages show their own words for the code. */
    message: string;
    /** The field at fault, where one is. */
    parameter?: string;
    /** With `account_disabled`: whose contact to show, where one account is meant its name. */
    account_name?: string;
    support?: SupportContact;
    /** With `other_server`: where to sign in. */
    addresses?: string[];
  };
  request_id: string;
};
