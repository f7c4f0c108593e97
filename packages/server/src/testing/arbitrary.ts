/** For tests: requests made from the contract itself, from right to hostile (fast-check). */
import type { Endpoint, Parameter } from '@switchboard/contract';
import fc from 'fast-check';
import type { Sent } from './http.ts';

/** A value of each known parameter that is right, or nearly so. */
export type Known = Readonly<Record<string, readonly unknown[]>>;

const unicode = fc.string({ unit: 'binary', maxLength: 120 });
const odd = fc.constantFrom<unknown>(
  ...['', ' ', '\0', 'a\0b', '\ud800', '\udfff\ud800', '\u202e', '\u2028', '\ufeff', '\u200b'],
  ...['0', '1', '-0', '1e9', '9007199254740993', 'null', 'constructor', '__proto__', '$&'],
  ...["'; drop table accounts; --", '{}', '\\', '%', '_', '\u0301', 'e\u0301', '\u0958'.repeat(60)],
  ...['x'.repeat(101), '😀'.repeat(100), '👩‍👩‍👧‍👦'.repeat(40), 'x'.repeat(60_000)],
  ...['https://', 'https://a', 'http://a', 'javascript:alert(1)', 'https://u:p@a', 'https://[::1]'],
  ...[0, -0, 1, -1, 0.5, 1e21, -1e308, 2 ** 31, 2 ** 53, true, false, null],
  ...[[], [[]], {}, [null], { toString: 1 }, { length: 3 }, { __proto__: null }],
);
const nested = fc.nat({ max: 3000 }).map((depth) => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 ? [value] : { a: value };
  return value;
});
const anything = fc.oneof(
  { weight: 4, arbitrary: odd },
  { weight: 3, arbitrary: unicode },
  { weight: 2, arbitrary: fc.jsonValue() },
  { weight: 1, arbitrary: nested },
  { weight: 1, arbitrary: fc.double() },
);

/** Parameters: mostly the known ones with right values, here and there a hostile value or key. */
function parametersOf(
  { request }: Pick<Endpoint, 'request'>,
  known: Known,
): fc.Arbitrary<Record<string, unknown>> {
  const spellings = Object.entries(request).flatMap(([name, { alias }]) =>
    alias ? [name, alias] : [name],
  );
  const fields = spellings.map((name) => {
    const own = request[name];
    const right = rightValues(own, known[name], known);
    const value = right
      ? fc.oneof({ weight: 6, arbitrary: right }, { weight: 1, arbitrary: anything })
      : anything;
    // Absent once in `freq`; the other spelling is mostly absent.
    const sent = own
      ? fc.option(value, { nil: undefined, freq: own.optional ? 2 : 20 })
      : rarely(value);
    return sent.map((v) => [name, v]);
  });
  const strange = rarely(fc.dictionary(unicode, anything, { maxKeys: 2 }));
  return fc.tuple(fc.tuple(...fields), strange).map(([entries, extra]) => ({
    ...Object.fromEntries(entries.filter(([, value]) => value !== undefined)),
    ...extra,
  }));
}

/** Of a list: objects as hostile as the request itself. */
function rightValues(
  parameter: Parameter | undefined,
  right: readonly unknown[] | undefined,
  known: Known,
): fc.Arbitrary<unknown> | undefined {
  const { each } = parameter ?? {};
  if (each) return fc.array(parametersOf(each, known), { minLength: 1, maxLength: 12 });
  return right && fc.constantFrom(...right);
}

const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof(
    { weight: 9, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: arbitrary as fc.Arbitrary<T | undefined> },
  );

const headerText = fc
  .string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)) })
  .map((text) => text.replace(/\x7f/g, ''));
const headers: fc.Arbitrary<Record<string, string>> = fc
  .record({
    'content-type': rarely(fc.oneof(fc.constantFrom('application/json', 'text/plain'), headerText)),
    'if-match': rarely(fc.oneof(fc.constantFrom('*', '"1"', 'W/"1"', '', '"1", "2"'), headerText)),
    'idempotency-key': rarely(fc.oneof(fc.constantFrom('a', '', 'x'.repeat(256)), headerText)),
    'x-request-id': rarely(fc.oneof(fc.constantFrom('id', 'x'.repeat(65)), headerText)),
  })
  .map((all) => {
    const sent = Object.entries(all).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    return Object.fromEntries(sent);
  });

const authorization = (token: string) =>
  fc.oneof(
    { weight: 15, arbitrary: fc.constant<string | undefined>(`Bearer ${token}`) },
    { weight: 1, arbitrary: fc.constantFrom(undefined, `bearer  ${token}`, 'Bearer x', 'Basic x') },
    { weight: 1, arbitrary: headerText },
  );

/** A request to the endpoint: its parameters in the right place, broken JSON, or random bytes. */
export function requestTo(endpoint: Endpoint, known: Known, token: string): fc.Arbitrary<Sent> {
  const parameters = parametersOf(endpoint, known);
  const query = parameters.map(queryOf);
  const json = parameters.map((value) => JSON.stringify(value));
  const broken = fc
    .tuple(json, fc.nat(), unicode)
    .map(([text, at, noise]) => text.slice(0, at % (text.length + 1)) + noise);
  const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
  const body = fc.oneof(
    { weight: 8, arbitrary: json as fc.Arbitrary<string | Buffer | undefined> },
    { weight: 1, arbitrary: broken },
    { weight: 1, arbitrary: bytes },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
  const inQuery: fc.Arbitrary<Sent> = query.map((text) => ({ query: text }));
  const inBody: fc.Arbitrary<Sent> = fc
    .tuple(body, fc.boolean(), rarely(query))
    .map(([text, chunked, stray]) => ({ body: text, chunked, query: stray ?? '' }));
  const place = { GET: inQuery, POST: inBody, DELETE: fc.oneof(inQuery, inBody) }[endpoint.method];
  return fc.tuple(place, headers, authorization(token)).map(([sent, others, auth]) => ({
    ...sent,
    headers: auth === undefined ? others : { ...others, authorization: auth },
  }));
}

function queryOf(parameters: Record<string, unknown>): string {
  const parts = Object.entries(parameters).map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(text.toWellFormed())}`;
  });
  // What is longer meets Node's limit on headers, not us.
  return `?${parts.join('&')}`.slice(0, 8000).replace(/%.?$/, '');
}
