import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Endpoint, endpoints, nearestName, Refusal, readRequest } from './index.ts';

const refusalOf = (
  endpoint: Endpoint,
  sent: Record<string, unknown>,
  mode: 'strict' | 'original' = 'strict',
): Refusal => {
  try {
    readRequest(endpoint, sent, mode);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  return assert.fail('not refused');
};

test('the first failing parameter in the documented order decides, whatever the order sent', () => {
  for (const endpoint of Object.values(endpoints) as Endpoint[]) {
    const names = Object.keys(endpoint.request);
    for (const [index, name] of names.entries()) {
      const nulls = Object.fromEntries(
        names
          .slice(index)
          .reverse()
          .map((key) => [key, null]),
      );
      const { details } = refusalOf(endpoint, {
        ...valid(endpoint, names.slice(0, index)),
        ...nulls,
      });
      assert.equal(details.parameter, name);
    }
  }
});

test('an unknown parameter is refused before any other, but where all are welcome', () => {
  for (const endpoint of Object.values(endpoints) as Endpoint[]) {
    const sent = { nonsense: 1, account_id: null };
    if (!endpoint.lenient) assert.equal(refusalOf(endpoint, sent).number, 39);
  }
  const pair = { client_id: 'a', client_secret: 'b', grant_type: 'client_credentials' };
  const { input, ignored } = readRequest(endpoints.accessToken, pair, 'strict');
  assert.deepEqual([input, ignored], [{ client_id: 'a', client_secret: 'b' }, []]);
});

test('a message ends with what would be right, and never repeats the value sent', () => {
  for (const value of [null, ['x'], 'secret\0', 8.5]) {
    const { message } = refusalOf(endpoints.updateAccount, { account_id: value });
    assert.match(message, /^account_id .+; it must be an integer from 1 to 9999999\.$/);
    assert.doesNotMatch(message, /secret/);
  }
});

test('an unknown name is shown shortened and well-formed', () => {
  const { message } = refusalOf(endpoints.getAccount, { [`\ud800${'x'.repeat(5000)}`]: 1 });
  assert.ok(message.length < 150 && message.isWellFormed());
});

test('the nearest name prefers one that holds the word', () => {
  const known = Object.keys(endpoints.updateAccount.request);
  assert.equal(nearestName('name', known), 'account_name');
  assert.equal(nearestName('ACOUNT_STATUS', known), 'account_status');
  assert.equal(nearestName('acount_id', known), 'account_id');
  assert.equal(nearestName('x', []), undefined);
});

const right: Record<string, unknown> = {
  account_id: 8,
  accountID: 8,
  agentID: 1,
  partner: 1,
  account_status: 1,
  builder_url: '',
  url: '',
  agents: 1,
  inboxes: 1,
  admin_email: 'a@example.com',
  admin_password: 'Aa!aaa',
  admin_2fa: 1,
  admin_2fa_value: 'a@example.com',
  support_url: '',
  support_email: '',
  mode: 'strict',
  limit: 1,
  state: 'failed',
  since: 0,
  changes: [{ account_id: 8, server: 'online' }],
  type: 'account.created',
};
/** What else is right somewhere, for names that mean something else in each call. */
const others = ['online', 'online.8', '8', 'with', '1', 'never', 'id'];
const valid = ({ request }: Endpoint, names: string[]) =>
  Object.fromEntries(
    names.map((name) => [
      name,
      right[name] ??
        request[name]?.example ??
        others.find((value) => request[name]?.schema.safeParse(value).success),
    ]),
  );
