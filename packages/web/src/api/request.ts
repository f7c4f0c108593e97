/** One JSON call to this very origin with the session's cookie: its answer, or an `ApiFailure`. */
import type { FailureBody, FailureCode, SupportContact } from '@switchboard/contract';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** A failure's code, or that no answer came at all. */
export type Trouble = FailureCode | 'no_connection';

export class ApiFailure extends Error {
  readonly code: Trouble;
  readonly requestId: string;
  readonly parameter: string | undefined;
  readonly accountName: string | undefined;
  readonly support: SupportContact | undefined;
  readonly addresses: string[];
  readonly retryAfterSeconds: number;

  constructor(body: Partial<FailureBody>, retryAfterSeconds = 0) {
    const code = body.error?.code ?? 'no_connection';
    super(body.error?.message ?? code);
    this.code = code;
    this.requestId = body.request_id ?? '';
    this.parameter = body.error?.parameter;
    this.accountName = body.error?.account_name;
    this.support = body.error?.support;
    this.addresses = body.error?.addresses ?? [];
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export async function request<T>(method: Method, path: string, body?: object): Promise<T> {
  const answer = await fetch(path, {
    method,
    credentials: 'same-origin',
    headers: body ? { 'content-type': 'application/json' } : {},
    ...(body ? { body: JSON.stringify(body) } : {}),
  }).catch(() => {
    throw new ApiFailure({});
  });
  const json: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return json as T;
  throw new ApiFailure(failureBody(json), Number(answer.headers.get('retry-after')) || 0);
}

/** What a proxy in between answered (no JSON of ours) counts as the service not answering. */
function failureBody(json: unknown): Partial<FailureBody> {
  const body = json as Partial<FailureBody> | undefined;
  if (typeof body?.error?.code === 'string') return body;
  return { error: { code: 'unavailable', message: 'No answer of ours.' } };
}
