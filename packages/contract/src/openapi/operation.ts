/** One endpoint as an OpenAPI operation: what to send. What comes back: `responses.ts`. */
import type { Endpoint, Judged, Parameter } from '../endpoint.ts';
import { responsesOf } from './responses.ts';
import { jsonSchema } from './schema.ts';

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
    summary: `${name}: ${lowerFirst(endpoint.summary)}`,
    description: endpoint.description ?? `${endpoint.summary}.`,
    tags: [endpoint.path.split('/')[2]],
    security: endpoint.surface === 'public' ? [] : [{ accessToken: [] }, { oauth: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(inBody && { requestBody: requestBody(endpoint, !optional) }),
    responses: responsesOf(endpoint),
  };
}

// The reference's console sends whatever example stands beside a parameter: the key and a DELETE's
// query have none.
function queryParameters(endpoint: Endpoint, bodyInstead: boolean) {
  return Object.entries(endpoint.request).flatMap(([name, parameter]) =>
    spellingsOf(name, parameter).map((spelling, index) => ({
      name: spelling,
      in: 'query',
      required: !parameter.optional && !bodyInstead && parameter.alias === undefined,
      description: bodyInstead
        ? `${descriptionOf(spelling, name, parameter)} In the query only when the request has no body.`
        : descriptionOf(spelling, name, parameter),
      schema: jsonSchema(parameter.schema, 'input'),
      ...(!bodyInstead &&
        index === 0 &&
        parameter.example !== undefined && { example: parameter.example }),
    })),
  );
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
      // Importers send an example, or else words of their own, which would be refused.
      example: '*',
    });
  return list;
}

function requestBody(endpoint: Endpoint, required: boolean) {
  return {
    required,
    ...(!required && { description: 'When it is absent, the query holds the parameters.' }),
    content: { 'application/json': { schema: bodySchema(endpoint), ...bodyExamples(endpoint) } },
  };
}

/** Where a parameter has two spellings, an object with one or with the other. */
function bodySchema(endpoint: Judged): object {
  const aliased = Object.entries(endpoint.request).find(([, { alias }]) => alias !== undefined);
  if (!aliased) return objectSchema(endpoint);
  const [name, parameter] = aliased;
  return {
    anyOf: spellingsOf(name, parameter).map((spelling) => ({
      title: `With ${spelling}`,
      ...objectSchema(endpoint, name, spelling),
    })),
  };
}

function objectSchema(endpoint: Judged, aliased?: string, instead?: string) {
  const entries = Object.entries(endpoint.request).map(
    ([name, parameter]) => [name === aliased && instead ? instead : name, name, parameter] as const,
  );
  const properties = entries.map(([spelling, name, parameter]) => [
    spelling,
    {
      ...valueSchema(parameter),
      description: descriptionOf(spelling, name, parameter),
    },
  ]);
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    required: entries.filter(([, , { optional }]) => !optional).map(([spelling]) => spelling),
    ...(!endpoint.lenient && { additionalProperties: false }),
  };
}

function valueSchema({ schema, each }: Parameter) {
  if (!each) return jsonSchema(schema, 'input');
  return { type: 'array', minItems: 1, maxItems: each.most, items: bodySchema(each) };
}

function bodyExamples({ request, exampleRequests }: Endpoint) {
  if (exampleRequests) return { examples: exampleRequests };
  const examples = Object.entries(request).flatMap(([name, { example }]) =>
    example === undefined ? [] : [[name, example]],
  );
  return { example: Object.fromEntries(examples) };
}

const spellingsOf = (name: string, { alias }: Parameter): string[] =>
  alias === undefined ? [name] : [name, alias];

/** What it is, the rule as a sentence, then the other spelling. */
function descriptionOf(spelling: string, name: string, { about, rule, alias }: Parameter): string {
  const other = spelling === name ? alias : name;
  const sentences = [
    about,
    `${rule.slice(0, 1).toUpperCase()}${rule.slice(1)}.`,
    other && `The same as \`${other}\`: send either.`,
  ];
  return sentences.filter(Boolean).join(' ');
}

const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);
