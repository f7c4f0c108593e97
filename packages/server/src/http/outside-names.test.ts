import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { quotedName } from '@switchboard/contract';
import { type Heard, send } from '../testing/http.ts';
import {
  accountRequest,
  sharedService,
  type TestPartner,
  type TestService,
} from '../testing/service.ts';
import { newVisitor, type Visitor } from '../testing/visitor.ts';

const NAMES = [
  '\t',
  ' ',
  '',
  '\n',
  '\0',
  '\ud800',
  '\u202e',
  '\u2028',
  'x'.repeat(200),
  '😀'.repeat(60),
];

describe('a name that nobody knows', () => {
  let service: TestService;
  let strict: TestPartner;
  let visitor: Visitor;
  let account: number;

  before(async () => {
    service = await sharedService();
    strict = await service.newPartner();
    const email = accountRequest().admin_email;
    account = await service.newAccount(strict, { admin_email: email });
    visitor = newVisitor(service);
    assert.equal((await visitor.signIn(email)).http, 200);
  });

  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const inQuery = (name: string) => encodeURIComponent(name.toWellFormed());

  /** Door → what it answers to the name. */
  const doors: Record<string, (name: string) => Promise<Heard>> = {
    'the body of a partner': async (name) =>
      send(service.baseUrl, 'updateAccount', {
        token: await strict.accessToken(),
        body: { [name]: 1 },
      }),
    'the query of a partner': async (name) =>
      send(service.baseUrl, 'getAccounts', {
        token: await strict.accessToken(),
        query: `?${inQuery(name)}=1`,
      }),
    'the query beside a body': async (name) =>
      send(service.baseUrl, 'updateAccount', {
        token: await strict.accessToken(),
        query: `?${inQuery(name)}=1`,
        body: {},
      }),
    'the operator': (name) =>
      send(service.operatorUrl, 'createPartner', {
        headers: { authorization: `Bearer ${service.config.operatorToken}` },
        body: { [name]: 1 },
      }),
    OAuth: (name) =>
      send(service.baseUrl, '/oauth/token', {
        method: 'POST',
        headers: form,
        body: `${inQuery(name)}=1&${inQuery(name)}=2`,
      }),
    'the body of a page': (name) =>
      visitor.patch(`/api/workspace/${account}/settings`, { [name]: 1 }),
    'the query of a page': (name) =>
      visitor.get(`/api/workspace/${account}/log?${inQuery(name)}=1`),
  };

  for (const [door, ask] of Object.entries(doors))
    test(`is shown on one line, short and quoted, by ${door}`, async () => {
      for (const name of NAMES) {
        // A query's parser leaves an empty name out.
        if (name === '' && door.includes('query')) continue;
        const { http, text, body } = await ask(name);
        const label = `${JSON.stringify(name)}: ${http} ${text}`;
        const message = messageIn(body);
        assert.ok(http >= 400 && http < 500, label);
        assert.match(message, /^[A-Z][^\p{C}\p{Zl}\p{Zp}]*[.?]$/u, label);
        assert.ok(message.isWellFormed() && message.length < 400, label);
        // OAuth's descriptions are ASCII without quotes and backslashes (RFC 6749, 5.2).
        if (door !== 'OAuth') assert.ok(message.includes(shown(name, door)), label);
      }
    });

  const shown = (name: string, door: string) =>
    quotedName(door.includes('query') ? name.toWellFormed() : name);
});

const messageIn = (body: Record<string, unknown>): string =>
  String(
    body.message ??
      body.error_description ??
      (body.error as { message?: string } | undefined)?.message,
  );
