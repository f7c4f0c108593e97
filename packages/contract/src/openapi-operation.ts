/** One endpoint as an OpenAPI operation: what to send. What comes back: `openapi-responses.ts`. */
import type { Endpoint, Parameter } from './endpoint.ts';
import { responsesOf } from './openapi-responses.ts';
import { jsonSchema } from './openapi-schema.ts';

/** @param name the endpoint's name in the table, which becomes the `operationId` */
export function operationOf(name: string, endpoint: Endpoint) {
  const inBody = endpoint.method !== 'GET';
  const inQuery = endpoint.method !== 'POST';
  const optional = endpoint.method === 'DELETE';
  const parameters = [
    ...(inQuery ? queryParameters(endpoint, optional) : []),
    ...headerParameters(endpoint),
  ];
  return {
    operationId: name,
    summary: endpoint.summary,
    description: endpoint.description ?? `${endpoint.summary}.`,
    tags: [endpoint.path.split('/')[2]],
    security: endpoint.surface === 'public' ? [] : [{ accessToken: [] }, { oauth: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(inBody && { requestBody: requestBody(endpoint, !optional) }),
    responses: responsesOf(endpoint),
  };
}

// The reference's console sends whatever example stands beside a parameter: the headers and a
// DELETE's query have none.
function queryParameters(endpoint: Endpoint, bodyInstead: boolean) {
  return Object.entries(endpoint.request).map(([name, parameter]) => ({
    name,
    in: 'query',
    required: !parameter.optional && !bodyInstead,
    description: bodyInstead
      ? `${descriptionOf(parameter)} In the query only when the request has no body.`
      : descriptionOf(parameter),
    schema: jsonSchema(parameter.schema, 'input'),
    ...(!bodyInstead && parameter.example !== undefined && { example: parameter.example }),
  }));
}

function headerParameters(endpoint: Endpoint) {
  const list = [];
  if (endpoint.idempotent)
    list.push({
      name: 'Idempotency-Key',
      in: 'header',
      description:
        'A random UUID, say. Makes the call safe to repeat: the first answer is kept for 24 hours and given again.',
      schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[ -~]+$' },
    });
  if (endpoint.revisioned && endpoint.effect === 'write')
    list.push({
      name: 'If-Match',
      in: 'header',
      description:
        'The `ETag` of the account as you last saw it, such as `"2"` (several, or `*`): refuses the call if the account has changed since.',
      schema: { type: 'string' },
    });
  return list;
}

function requestBody(endpoint: Endpoint, required: boolean) {
  const entries = Object.entries(endpoint.request);
  const properties = entries.map(([name, parameter]) => [
    name,
    { ...jsonSchema(parameter.schema, 'input'), description: descriptionOf(parameter) },
  ]);
  const examples = entries.flatMap(([name, { example }]) =>
    example === undefined ? [] : [[name, example]],
  );
  return {
    required,
    ...(!required && { description: 'When it is absent, the query holds the parameters.' }),
    content: {
      'application/json': {
        schema: {
          type: 'object',
          properties: Object.fromEntries(properties),
          required: entries.filter(([, { optional }]) => !optional).map(([name]) => name),
          ...(!endpoint.lenient && { additionalProperties: false }),
        },
        example: Object.fromEntries(examples),
      },
    },
  };
}

/** The rule as a sentence, then the other spelling. */
function descriptionOf({ rule, alias }: Parameter): string {
  const sentence = `${rule.slice(0, 1).toUpperCase()}${rule.slice(1)}.`;
  return alias ? `${sentence} Also accepted as \`${alias}\`.` : sentence;
}
