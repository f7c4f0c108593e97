/** A failure of the online's own calls, as its pages read it: a code, its HTTP status and words. */
import { type FailureBody, type FailureCode, failures } from '@switchboard/contract';

export type FailureDetails = Omit<FailureBody['error'], 'code' | 'message'> & {
  /** One sentence that replaces the code's own. */
  message?: string;
  /** Seconds, for the header `Retry-After`. */
  retryAfterSeconds?: number;
  /** The methods a path has, for the header `Allow`. */
  allow?: string;
};

/** Thrown by what the online's pages call; `http/failures.ts` answers it. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  readonly details: FailureDetails;

  constructor(code: FailureCode, details: FailureDetails = {}) {
    super(details.message ?? failures[code].sentence);
    this.code = code;
    this.details = details;
  }

  get http(): number {
    return failures[this.code].http;
  }
}
