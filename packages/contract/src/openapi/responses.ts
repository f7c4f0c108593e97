/** What an endpoint answers, for OpenAPI: success, and its refusals by HTTP status. */
import { type Endpoint, okAnswer, reasonsOf, sentenceOf } from '../endpoint.ts';
import { type ReasonName, Refusal, reasons } from '../reasons.ts';
import { readRequest } from '../request.ts';
import { jsonSchema } from './schema.ts';

export const failureSchema = {
  type: 'object',
  description: 'Why a call was refused. Each reason has a page under `/reference/reasons`.',
  properties: {
    status: { const: 'FAIL' },
    reason: { type: 'integer', description: 'The number of the reason; it never changes meaning.' },
    code: {
      type: 'string',
      description: 'The name of the reason, which tells apart those that share a number.',
    },
    message: { type: 'string', description: 'What is wrong and what would be right.' },
    parameter: { type: 'string', description: 'The parameter at fault, if it is one.' },
    errors: {
      type: 'array',
      description:
        'Of createAccount: everything that is wrong with the request. The first is what the answer itself says.',
      items: {
        type: 'object',
        properties: {
          reason: { type: 'integer' },
          code: { type: 'string' },
          message: { type: 'string' },
          parameter: { type: 'string' },
        },
        required: ['reason', 'code', 'message'],
      },
    },
    request_id: { type: 'string', description: 'Names this request in the log, as X-Request-Id.' },
  },
  required: ['status', 'reason', 'code', 'message', 'request_id'],
} as const;

const header = (description: string, example: string) => ({
  description,
  schema: { type: 'string' },
  example,
});

const REQUEST_ID = '5f0c7a4e-3c55-4b7e-8f2c-0d9a1b6e4c21';

/** Every header of an answer, by its name. */
export const headers = {
  'X-Request-Id': header(
    'Names this request in the log; yours, if you sent one of 1 to 64 letters, digits, `.`, `_`, `-`.',
    REQUEST_ID,
  ),
  ETag: header('The revision of the account, for `If-Match`.', '"3"'),
  RateLimit: header('Requests left, and seconds until all are there again.', '"default";r=98;t=1'),
  'RateLimit-Policy': header('Requests allowed in a window of seconds.', '"default";q=100;w=2'),
  'Retry-After': header('Seconds to wait before the next try.', '1'),
  Allow: header('The method that this address has.', 'POST'),
  'WWW-Authenticate': header('The scheme to authenticate with.', 'Bearer error="invalid_token"'),
  'Idempotent-Replayed': header(
    '`true` when this is the kept answer of an earlier request with the same `Idempotency-Key`.',
    'true',
  ),
};

/** HTTP status → response. */
export function responsesOf(endpoint: Endpoint) {
  const byStatus = Map.groupBy(reasonsOf(endpoint), (reason) => reasons[reason].http);
  const failures = [...byStatus].sort(([a], [b]) => a - b);
  return {
    200: {
      description: 'Done.',
      headers: headersOf(endpoint, 200),
      content: {
        'application/json': {
          schema: jsonSchema(okAnswer(endpoint), 'output'),
          example: { status: 'OK', reason: 1, ...endpoint.exampleAnswer },
        },
      },
    },
    ...Object.fromEntries(
      failures.map(([http, names]) => [http, failureResponse(endpoint, http, names)]),
    ),
  };
}

function failureResponse(endpoint: Endpoint, http: number, names: ReasonName[]) {
  const lines = names.map((name) => {
    const { number } = reasons[name];
    const sentence = sentenceOf(name, endpoint);
    return `- [${number}](/reference/reasons/${number}) \`${name}\`: ${sentence}`;
  });
  const examples = names.map((name) => [
    name,
    { summary: sentenceOf(name, endpoint), value: exampleFailure(name, endpoint) },
  ]);
  return {
    description: lines.join('\n'),
    headers: headersOf(endpoint, http),
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/Failure' },
        examples: Object.fromEntries(examples),
      },
    },
  };
}

// An idempotency key keeps what does not pass by itself.
const KEPT = [200, 404, 412, 422];

function headersOf(endpoint: Endpoint, http: number) {
  const names: (keyof typeof headers)[] = ['X-Request-Id'];
  const answersRevision = http === 200 && 'revision' in endpoint.answer.shape;
  if (answersRevision || http === 412) names.push('ETag');
  if (endpoint.surface === 'partner' && http !== 401 && http !== 405)
    names.push('RateLimit', 'RateLimit-Policy');
  if (http === 429 || http === 503 || (http === 409 && endpoint.idempotent))
    names.push('Retry-After');
  if (http === 405) names.push('Allow');
  if (http === 401) names.push('WWW-Authenticate');
  if (endpoint.idempotent && KEPT.includes(http)) names.push('Idempotent-Replayed');
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/**
 * A failure as it goes over the wire, with the words that the endpoint would use.
 *
 * @param endpoint one that may answer the reason; without it the words are the reason's own
 */
export function exampleFailure(reason: ReasonName, endpoint?: Endpoint) {
  const refusal =
    (endpoint && provoke(reason, endpoint)) ??
    new Refusal(reason, endpoint && { message: sentenceOf(reason, endpoint) });
  const { parameter, errors } = refusal.details;
  return {
    status: 'FAIL',
    reason: refusal.number,
    code: refusal.reason,
    message: refusal.message,
    ...(parameter !== undefined && { parameter }),
    ...(errors !== undefined && { errors }),
    request_id: REQUEST_ID,
  };
}

/** Sends the endpoint its own example with the parameter at fault left out, or as null. */
function provoke(reason: ReasonName, endpoint: Endpoint): Refusal | undefined {
  const parameters = Object.entries(endpoint.request);
  const [name, parameter] = parameters.find(([, p]) => p.reason === reason) ?? [];
  if (name === undefined || parameter === undefined || reasons[reason].http !== 422)
    return undefined;
  const sent: Record<string, unknown> = {};
  for (const [key, { example }] of parameters) if (example !== undefined) sent[key] = example;
  if (parameter.optional) sent[name] = null;
  else delete sent[name];
  try {
    readRequest(endpoint, sent, 'strict');
  } catch (error) {
    if (error instanceof Refusal) return error;
  }
  return undefined;
}
