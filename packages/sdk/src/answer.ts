/** What came back: the answer, the refusal it holds, or nothing that the contract knows. */
import {
  type ReasonName,
  Refusal,
  type RequestError,
  reasonOf,
  reasons,
} from '@switchboard/contract';

/** The service did not answer, or not in the shape of its contract. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  /** HTTP status, where something answered at all: a proxy, another program, a newer version. */
  readonly http: number | undefined;
  /** The key that the call was made with, if any. With it the call may be made again. */
  idempotencyKey: string | undefined;

  constructor(message: string, options: { cause?: unknown; http?: number } = {}) {
    super(message, { cause: options.cause });
    this.http = options.http;
  }
}

/**
 * Reads an answer of Switchboard, also of calls that the contract does not hold (the operator's
 * export and import).
 *
 * @throws Refusal for a FAIL answer
 * @throws NoAnswer when the body breaks off, is not JSON, or has a reason unknown to this version
 */
export async function readAnswer(response: Response): Promise<Record<string, unknown>> {
  const http = response.status;
  if (http < 200 || (http >= 300 && http < 400)) {
    const target = response.headers.get('location') ?? 'another address';
    throw new NoAnswer(`The address redirects to ${target}: use the address it leads to.`, {
      http: http || 300,
    });
  }
  const text = await response.text().catch((error: unknown) => {
    throw new NoAnswer('The answer broke off.', { cause: error });
  });
  const body = readObject(text);
  if (body?.status === 'OK') return body;
  if (body?.status === 'FAIL') throw refusalOf(response, body);
  const start = text.trim().replace(/\s+/g, ' ').slice(0, 100);
  throw new NoAnswer(`HTTP ${http}, but not an answer of Switchboard: ${start || 'empty'}`, {
    http,
  });
}

/** Undefined for what is not JSON, or no object. */
export function readObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function refusalOf(response: Response, body: Record<string, unknown>): Error {
  const { message, parameter, errors, request_id } = body;
  const reason = reasonIn(response.status, body);
  if (!reason)
    return new NoAnswer(
      `Refused with reason ${body.reason}, unknown to this version: ${message ?? 'no message'}`,
      { http: response.status },
    );
  // A proxy that compresses makes it weak or adds a suffix.
  const etag = /^(?:W\/)?"(\d+)/.exec(response.headers.get('etag') ?? '')?.[1];
  const retryAfter = response.headers.get('retry-after');
  const refusal = new Refusal(reason, {
    ...(typeof message === 'string' && { message }),
    ...(typeof parameter === 'string' && { parameter }),
    ...(Array.isArray(errors) && { errors: errors as RequestError[] }),
    ...(etag !== undefined && { revision: Number(etag) }),
    ...(retryAfter !== null && { retryAfterSeconds: Number(retryAfter) }),
  });
  refusal.requestId =
    typeof request_id === 'string'
      ? request_id
      : (response.headers.get('x-request-id') ?? undefined);
  return refusal;
}

/**
 * By its name; else by its number. In mode `original` the status is 200; whether a parameter is at
 * fault then tells names apart.
 */
function reasonIn(http: number, body: Record<string, unknown>): ReasonName | undefined {
  const code = body.code as ReasonName;
  if (Object.hasOwn(reasons, code) && reasons[code].number === body.reason) return code;
  const strict = http !== 200 ? http : body.parameter === undefined ? 404 : 422;
  return reasonOf(Number(body.reason), strict);
}
