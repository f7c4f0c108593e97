import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type Endpoint, type EndpointName, endpoints } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { accountParameter, exampleRequest, listOf, placed } from '../testing/examples.ts';
import { assertRefused, type Heard, send } from '../testing/http.ts';
import { startService, type TestPartner, type TestService } from '../testing/service.ts';

const calls = Object.entries(endpoints).filter(([, { surface }]) => surface === 'partner') as [
  EndpointName,
  Endpoint,
][];

/** What a call may be sent beside its parameters; each changes what is looked at, and when. */
const headersOf = (endpoint: Endpoint): Record<string, string>[] => [
  {},
  ...(endpoint.revisioned && endpoint.effect === 'write'
    ? [{ 'if-match': '"1"' }, { 'if-match': '"9"' }, { 'if-match': '*' }]
    : []),
  ...(endpoint.idempotent ? [{ 'idempotency-key': 'key' }] : []),
];

/** What these list is no partner's. */
const OF_THE_INSTALLATION: ReadonlySet<string> = new Set(['getServers']);

describe("another partner's account", () => {
  let service: TestService;
  let owner: TestPartner;
  let other: TestPartner;
  /** Has nothing of its own but what it calls by. */
  let nobody: TestPartner;
  const server = 'online';

  before(async () => {
    service = await startService();
    await service.operator.createServer({ server: 'second' });
    owner = await service.newPartner();
    other = await service.newPartner();
    nobody = await service.newPartner();
    await service.newMember(owner);
  });

  for (const [name, endpoint] of calls) {
    const parameter = accountParameter(endpoint);
    if (parameter !== undefined)
      test(`is answered by ${name} exactly like one that does not exist`, async () => {
        const theirs = await service.newAccount(owner);
        const deleted = await service.newAccount(other);
        await other.deleteAccount({ accountID: deleted, server });
        const token = await other.accessToken();
        for (const optional of [false, true])
          for (const headers of headersOf(endpoint)) {
            const answers: Heard[] = [];
            for (const id of [theirs, deleted, 9_999_998]) {
              const sent = { ...exampleRequest(endpoint, { optional }), [parameter]: id };
              const own = headers['idempotency-key'] && { 'idempotency-key': `${id} ${optional}` };
              const all = { ...headers, ...own, 'x-request-id': 'same' };
              answers.push(
                await send(service.baseUrl, name, {
                  token,
                  headers: all,
                  ...placed(endpoint, sent),
                }),
              );
            }
            for (const heard of answers) {
              assertRefused(heard, 33, 404, { name, optional, headers });
              assert.equal(heard.text, answers[0]?.text);
              assert.deepEqual(headerNames(heard), headerNames(answers[0] as Heard));
            }
          }
        await assertUntouched(theirs);
      });
    else if (listOf(endpoint) !== undefined)
      test(`is answered by ${name}, among others, exactly like one that does not exist`, async () => {
        const mine = await service.newAccount(other);
        const theirs = await service.newAccount(owner);
        const deleted = await service.newAccount(other);
        await other.deleteAccount({ accountID: deleted, server });
        const list = listOf(endpoint) ?? assert.fail();
        const [example] = exampleRequest(endpoint)[list] as [object];
        const among = [{ account_id: mine, server }];
        const token = await other.accessToken();
        for (const optional of [false, true]) {
          const answers: unknown[] = [];
          for (const account_id of [theirs, deleted, 9_999_998])
            for (const revision of [undefined, 1, 9]) {
              const sent = { ...exampleRequest(endpoint, { optional }) };
              sent[list] = [...among, { ...example, account_id, server, revision }];
              const { http, body } = await send(service.baseUrl, name, {
                token,
                ...placed(endpoint, sent),
              });
              assert.equal(http, 200);
              const [beside, hidden] = body.list as [{ status: string }, { reason: number }];
              assert.deepEqual([beside.status, hidden.reason], ['OK', 33]);
              answers.push({ ...body, list: [hidden] });
            }
          for (const answer of answers) assert.deepEqual(answer, answers[0]);
        }
        await assertUntouched(theirs);
      });
    else if (OF_THE_INSTALLATION.has(name))
      test(`is nowhere in what ${name} lists, which is the same for every partner`, async () => {
        await service.newAccount(owner);
        const [theirs, others] = await Promise.all(
          [owner, nobody].map(async (partner) => {
            const token = await partner.accessToken();
            const sent = placed(endpoint, exampleRequest(endpoint));
            return (await send(service.baseUrl, name, { token, ...sent })).body.list;
          }),
        );
        assert.notDeepEqual(theirs, []);
        assert.deepEqual(theirs, others);
      });
    else if ('list' in endpoint.answer.shape)
      test(`is nowhere in what ${name} lists, whatever is asked for`, async () => {
        const marks = { account_name: 'Hidden name', reference: 'hiddenReference' };
        const theirs = await service.newAccount(owner, marks);
        const queries = [
          ...[false, true].map((optional) => exampleRequest(endpoint, { optional })),
          ...Object.keys(endpoint.request).flatMap((one) =>
            ['Hidden', String(theirs), server, `${server}.${theirs - 1}`, '5']
              .filter((value) => endpoint.request[one]?.schema.safeParse(value).success)
              .map((value) => ({ ...exampleRequest(endpoint), [one]: value })),
          ),
        ];
        const ask = async (partner: TestPartner, sent: Record<string, unknown>) =>
          send(service.baseUrl, name, {
            token: await partner.accessToken(),
            ...placed(endpoint, sent),
          });
        const { body } = await ask(owner, exampleRequest(endpoint));
        assert.notDeepEqual(body.list, [], `${name} needs something in this test to hide`);
        for (const sent of queries.filter(
          (query) => !('server' in query) || query.server === server,
        )) {
          const { http, text, body } = await ask(nobody, sent);
          // What only looks right as a cursor is refused to whoever sends it.
          if (body.code === 'paging_invalid' && 'cursor' in sent) continue;
          const found = (body.list as { client_id?: string }[] | undefined)?.filter(
            ({ client_id }) => client_id !== nobody.clientId,
          );
          assert.deepEqual([http, found], [200, []], `${JSON.stringify(sent)}: ${text}`);
          const numbers = Object.entries(body).filter(([key]) => key.startsWith('total'));
          for (const [key, count] of numbers) assert.equal(count, 0, key);
        }
      });
  }

  const headerNames = ({ headers }: Heard) => Object.keys(headers).sort();

  async function assertUntouched(theirs: number): Promise<void> {
    const after = await owner.getAccount({ account_id: theirs, server });
    assert.deepEqual([after.account_status, after.revision], [1, 1]);
    const events = await service.database.read((db) =>
      db.query(sql`select from events where account_id = ${theirs} and server = ${server}`),
    );
    assert.equal(events.length, 1);
  }

  test('is named by some calls and listed by others', () => {
    const naming = calls.filter(([, endpoint]) => accountParameter(endpoint) !== undefined);
    assert.ok(naming.length >= 5 && naming.length < calls.length);
  });

  test('of the same number on another server is another account', async () => {
    const mine = await service.newAccount(owner);
    await service.database.write((db) =>
      db.query(sql`update servers set next_account_id = ${mine} where name = 'second'`),
    );
    assert.equal(await service.newAccount(owner, { server: 'second' }), mine);
    await owner.updateAccount({ account_id: mine, server: 'second', account_name: 'On second' });
    const names = await Promise.all(
      ['online', 'second'].map((at) => owner.getAccount({ account_id: mine, server: at })),
    );
    assert.deepEqual(
      names.map(({ account_name }) => account_name),
      ['My Account', 'On second'],
    );
    const { list } = await owner.getAccounts({ q: String(mine) });
    const exact = list.filter(({ account_id }) => account_id === String(mine));
    assert.deepEqual(
      exact.map((row) => row.server),
      ['online', 'second'],
    );
  });
});
