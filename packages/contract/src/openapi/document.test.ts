import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { z } from 'zod';
import {
  type Endpoint,
  endpoints,
  openapiDocument,
  pushes,
  reasons,
  reasonsOf,
  webhookEventTypes,
} from '../index.ts';

/** Any place in the document. */
type Json = { [key: string]: Json };
type QueryParameter = { name: string; in: string; description: string };

const document = JSON.parse(
  JSON.stringify(openapiDocument(endpoints, { version: '1.2.3', serverUrl: '/' })),
) as Json;
const shown = Object.entries<Endpoint>(endpoints).filter(([, e]) => e.surface !== 'operator');
const operationOf = (e: Endpoint) => document.paths?.[e.path]?.[e.method.toLowerCase()];

describe('the OpenAPI document', () => {
  test('has every call of the Partner API under its name, and none of the operator', () => {
    for (const [name, endpoint] of shown) {
      const operation: { operationId?: unknown; summary?: unknown } = operationOf(endpoint) ?? {};
      assert.equal(operation.operationId, name);
      const summary = String(operation.summary);
      assert.equal(summary.toLowerCase(), `${name}: ${endpoint.summary}`.toLowerCase());
    }
    const paths = Object.keys(document.paths ?? {}).filter((path) => path.startsWith('/api/'));
    assert.deepEqual(paths.sort(), shown.map(([, { path }]) => path).sort());
    assert.ok(!JSON.stringify(document).includes('/operator'));
  });

  test('has each parameter with its rule, where its method carries it', () => {
    for (const [name, endpoint] of shown) {
      const operation = operationOf(endpoint);
      const schema = operation?.requestBody?.content?.['application/json']?.schema;
      const bodies = Object.values(schema?.anyOf ?? { schema }) as Json[];
      const query = (operation?.parameters ?? []) as unknown as QueryParameter[];
      for (const [parameter, { rule, alias }] of Object.entries(endpoint.request))
        for (const spelling of alias ? [parameter, alias] : [parameter]) {
          const inQuery = query.find((p) => p.in === 'query' && p.name === spelling);
          const body = bodies.find((each) => each?.properties?.[spelling]);
          if (endpoint.method !== 'GET') holdsRule(body?.properties?.[spelling], rule, name);
          if (endpoint.method !== 'POST') holdsRule(inQuery, rule, name);
        }
    }
  });

  test('has each reason of a call under its HTTP status, in its own words', () => {
    for (const [name, endpoint] of shown)
      for (const reason of reasonsOf(endpoint)) {
        const response = operationOf(endpoint)?.responses?.[String(reasons[reason].http)];
        const example = response?.content?.['application/json']?.examples?.[reason];
        assert.equal(
          example?.value?.reason as unknown,
          reasons[reason].number,
          `${name} ${reason}`,
        );
      }
  });

  test('has the limits of a call that has its own', () => {
    const { responses } = operationOf(endpoints.updateAccounts) ?? {};
    assert.match(String(responses?.['413']?.description), /larger than 2048 KiB/);
    assert.match(String(responses?.['400']?.description), /takes no Idempotency-Key/);
    const text = JSON.stringify(operationOf(endpoints.updateAccount));
    assert.match(text, /larger than 64 KiB/);
    assert.doesNotMatch(text, /takes no Idempotency-Key/);
  });

  test('has an example of every request and answer that the contract itself accepts', () => {
    for (const [name, endpoint] of shown) {
      assert.ok(endpoint.exampleAnswer, `${name} has no example`);
      assert.deepEqual(endpoint.answer.parse(endpoint.exampleAnswer), endpoint.exampleAnswer);
      for (const parameter of Object.values(endpoint.request))
        if (parameter.example !== undefined) z.parse(parameter.schema, parameter.example);
    }
  });

  test('has each push that a webhook is sent, with its headers and a whole example', () => {
    const types = [...webhookEventTypes, 'webhook.test'] as const;
    assert.deepEqual(Object.keys(document.webhooks ?? {}).sort(), types.toSorted());
    for (const type of types) {
      const { post } = document.webhooks?.[type] ?? {};
      const parameters = post?.parameters as unknown as QueryParameter[];
      assert.deepEqual(
        parameters.map(({ name }) => name),
        ['webhook-id', 'webhook-timestamp', 'webhook-signature', 'user-agent'],
      );
      const { example } = post?.requestBody?.content?.['application/json'] ?? {};
      assert.deepEqual(pushes[type].parse(example), example);
      assert.ok(post?.responses?.['2XX'] && post.responses.default);
    }
  });

  test('takes either spelling of an account, and values as numbers or texts in one enum', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const body = operationOf(endpoints.updateAccount)?.requestBody?.content?.['application/json'];
    const isFine = ajv.compile(body?.schema ?? {});
    const server = 'online';
    for (const fine of [
      { account_id: 8, server },
      { accountID: '8', server, account_status: '0' },
      { account_id: '0000008', server, account_status: 1 },
    ])
      assert.ok(isFine(fine), JSON.stringify(fine));
    for (const wrong of [
      { server },
      { account_id: 0, server },
      { account_id: '8a', server },
      { accountID: 8, server, account_status: 2 },
      { account_id: 8, server, status: 0 },
    ])
      assert.equal(isFine(wrong), false, JSON.stringify(wrong));
    const text = JSON.stringify(document);
    assert.doesNotMatch(text, /"anyOf":\[{"type":"integer"/);
    const made = operationOf(endpoints.createAccount)?.requestBody?.content?.['application/json'];
    const { admin_2fa } = made?.schema?.properties ?? {};
    assert.deepEqual(admin_2fa?.enum as unknown, [0, 1, '0', '1']);
  });

  test('has a first example request that does no harm, for consoles that send it', () => {
    const { examples } =
      operationOf(endpoints.updateAccount)?.requestBody?.content?.['application/json'] ?? {};
    const [first] = Object.values(examples ?? {});
    assert.deepEqual(first?.value as unknown, { account_id: 8, server: 'online' });
  });

  test('has examples that fit their JSON Schemas', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ ...document, $id: 'document' });
    let checked = 0;
    for (const { schema, examples } of exampled(document, '#'))
      for (const example of examples) {
        const validate = ajv.compile({ $ref: `document${schema}` });
        assert.ok(validate(example), `${schema}: ${ajv.errorsText(validate.errors)}`);
        checked++;
      }
    assert.ok(checked > 50, `${checked} examples`);
  });
});

function holdsRule(
  described: { description?: unknown } | undefined,
  rule: string,
  name: string,
): void {
  const description = String(described?.description).toLowerCase();
  assert.ok(description.includes(rule.toLowerCase()), `${name}: ${description}`);
}

/** Every place that has a schema and examples beside it. */
function* exampled(node: Json, path: string): Generator<{ schema: string; examples: unknown[] }> {
  if (typeof node !== 'object' || node === null) return;
  const { schema, example, examples } = node;
  const values = Object.values(examples ?? {}).map((e) => (e as Json).value);
  if (example !== undefined) values.push(example);
  if (schema && values.length > 0) yield { schema: `${path}/schema`, examples: values };
  for (const [key, child] of Object.entries(node))
    yield* exampled(child as Json, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
}
