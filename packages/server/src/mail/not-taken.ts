/** Why a letter was not taken, and what that means for another try. */
import type { MailFailure } from '@switchboard/contract';

/**
 * A letter was not taken. The message says how, in the words of nodemailer and SMTP, but neither
 * what the server answered nor to whom the letter was: both may name people.
 */
export class NotTaken extends Error {
  override readonly name = 'NotTaken';
  /** As `ECONNECTION`, `EAUTH`, `EENVELOPE 550`. */
  readonly kind: string;
  readonly failure: MailFailure;
  /** What the mail server said about this letter, one line of at most 200 code points, or `""`. */
  readonly answer: string;

  constructor(kind: string, failure: MailFailure, answer = '') {
    super(`The letter was not taken (${kind}).`);
    this.kind = kind;
    this.failure = failure;
    this.answer = answer;
  }

  /** Another try would end the same way (5yz of RFC 5321, 4.2.1; or never sent at all). */
  get isFinal(): boolean {
    return this.failure === 'refused' || this.failure === 'impossible';
  }

  /** The receiver may have it, or must not be tried more often: it counts as sent. */
  get counts(): boolean {
    return this.failure === 'no_answer' || this.failure === 'refused';
  }
}

/** Whoever it was for needs it no more; it was not tried. */
export class NotOwed extends Error {
  override readonly name = 'NotOwed';

  constructor() {
    super('The letter is not owed any more.');
  }
}

type SMTPError = {
  code?: string;
  syscall?: string;
  timeoutType?: string;
  response?: string;
  responseCode?: number | false;
};

/** What nodemailer threw, as ours. */
export function notTakenBecause(error: unknown): NotTaken {
  const { code = 'unknown', response = '', responseCode } = error as SMTPError;
  const kind = responseCode ? `${code} ${responseCode}` : code;
  const failure = failureOf(error as SMTPError);
  const isAboutLetter = failure === 'refused' || failure === 'put_off';
  return new NotTaken(kind, failure, isAboutLetter ? oneLine(response) : '');
}

// Before the server was ready for a letter; nodemailer's words.
const CONNECTING = new Set(['EDNS', 'ETLS', 'EAUTH', 'EPROTOCOL']);
const CONNECTING_CALLS = new Set(['connect', 'getaddrinfo']);
const CONNECTING_TIMEOUTS = new Set(['CONNECT_TIMEOUT', 'GREETING_TIMEOUT', 'UPGRADE_TIMEOUT']);

function failureOf({ code = '', syscall, timeoutType, responseCode }: SMTPError): MailFailure {
  if (code === 'EENVELOPE' || code === 'EMESSAGE') {
    if (!responseCode) return 'impossible';
    return responseCode >= 500 ? 'refused' : 'put_off';
  }
  if (CONNECTING.has(code)) return 'not_reached';
  if (CONNECTING_CALLS.has(syscall ?? '')) return 'not_reached';
  if (CONNECTING_TIMEOUTS.has(timeoutType ?? '')) return 'not_reached';
  return responseCode ? 'put_off' : 'no_answer';
}

const LONGEST = 200;

/** Without controls and what turns the direction of text. */
function oneLine(response: string): string {
  const line = response
    .slice(0, 2000)
    .toWellFormed()
    .replace(/[\p{Cc}\p{White_Space}]+/gu, ' ')
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .trim();
  const letters = [...line];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join('')}…` : line;
}
