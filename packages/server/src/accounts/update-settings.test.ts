import assert from 'node:assert/strict';
import { type ClientRequest, request } from 'node:http';
import { describe, test } from 'node:test';
import { DEFAULTS, day, hours, startSettings } from '../testing/scenes/settings.ts';
import { accountRequest } from '../testing/service.ts';
import { assertFailure, newVisitor, type Visitor } from '../testing/visitor.ts';

const { service, partner, server, inside, events } = await startSettings();

describe("an account's settings, changed from within", () => {
  test('leave the three settings of the partner alone, named alone or beside others', async () => {
    const { id, patch, state } = await inside();
    const before = await state();
    const kept = await partner.getAccount({ account_id: id, server });
    const attempts = {
      account_name: ['Mine', 'My Account', '', null],
      account_status: [0, 1, '0', null],
      builder_url: ['https://evil.example/', '', null],
    };
    for (const [name, values] of Object.entries(attempts))
      for (const value of values)
        for (const beside of [{}, { language: 'he', support_email: 'a@b.example' }, { nothing: 1 }])
          for (const body of [
            { [name]: value, ...beside },
            { ...beside, [name]: value },
          ]) {
            const heard = await patch(body);
            assertFailure(heard, 'read_only');
            assert.equal((heard.body.error as { parameter: string }).parameter, name);
          }
    assert.deepEqual(await state(), before);
    assert.deepEqual(await partner.getAccount({ account_id: id, server }), kept);
    assert.deepEqual(await events(id), []);
  });

  test('have defaults until somebody changes them, and only what is sent changes', async () => {
    const { id, patch, settings } = await inside();
    assert.deepEqual(await settings(), DEFAULTS);
    const expected: Record<string, unknown> = { ...DEFAULTS };
    for (const change of [
      { language: 'he' },
      { time_zone: 'Asia/Jerusalem' },
      { business_hours: hours({ sun: [{ open: '00:00', close: '24:00' }], mon: [] }) },
      { support_email: 'help@example.com' },
      { language: 'en', support_email: '' },
    ]) {
      Object.assign(expected, change);
      const heard = await patch(change);
      assert.deepEqual([heard.http, heard.body], [200, expected]);
      assert.deepEqual(await settings(), expected);
    }
    const { revision, account_name } = await partner.getAccount({ account_id: id, server });
    assert.deepEqual([revision, account_name], [1, 'My Account']);
  });

  test('record each change with its values before and after, and who made it', async () => {
    const { id, patch } = await inside();
    await patch({ language: 'he', time_zone: 'UTC' });
    await patch({ business_hours: hours({ fri: [] }), language: 'en' });
    assert.deepEqual(await events(id), [
      {
        ...{ actor_kind: 'agent', actor_id: '1' },
        changes: { language: { from: 'en', to: 'he' } },
      },
      {
        ...{ actor_kind: 'agent', actor_id: '1' },
        changes: {
          language: { from: 'he', to: 'en' },
          business_hours: { from: hours(), to: hours({ fri: [] }) },
        },
      },
    ]);
  });

  test('record nothing where nothing changes', async () => {
    const { id, patch } = await inside();
    for (const body of [{}, { language: 'en' }, DEFAULTS])
      assert.deepEqual((await patch(body)).body, DEFAULTS);
    assert.deepEqual(await events(id), []);
    const changed = { ...DEFAULTS, language: 'he', support_email: 'help@example.com' };
    for (let round = 0; round < 3; round++) assert.deepEqual((await patch(changed)).body, changed);
    assert.equal((await events(id)).length, 1);
  });

  test('record nothing where the business hours are sent as they are, in whatever order', async () => {
    const { id, patch } = await inside();
    const business_hours = hours({ fri: [] });
    const [a, b, ...rest] = Object.entries(business_hours);
    for (const sent of [business_hours, business_hours, Object.fromEntries([...rest, b!, a!])])
      assert.deepEqual((await patch({ business_hours: sent })).body.business_hours, business_hours);
    assert.equal((await events(id)).length, 1);
  });

  test('survive one another when two change different ones at once', async () => {
    const { patch, settings } = await inside();
    for (let round = 0; round < 20; round++) {
      const support_email = `round-${round}@example.com`;
      const language = round % 2 ? 'en' : 'he';
      await Promise.all([patch({ support_email }), patch({ language })]);
      assert.deepEqual(await settings(), { ...DEFAULTS, support_email, language });
    }
  });

  test('are for administrators to change, for agents to see', async () => {
    const { id, at, visitor, settings } = await inside();
    const colleague = accountRequest().admin_email;
    await service.newAccount(partner, { admin_email: colleague });
    const invited = { email: colleague, name: 'Noa', role: 'agent' };
    assert.equal((await visitor.post(`${at}/agents`, invited)).http, 200);
    const agent = newVisitor(service);
    await agent.signIn(colleague);
    for (const body of [{ language: 'he' }, {}])
      assertFailure(await agent.patch(`${at}/settings`, body), 'administrators_only');
    assert.notEqual((await agent.patch(`${at}/settings`, { account_name: 'x' })).http, 200);
    assert.deepEqual((await agent.get(at)).body.settings, DEFAULTS);
    await visitor.patch(`${at}/agents/2`, { role: 'administrator' });
    assert.equal((await agent.patch(`${at}/settings`, { language: 'he' })).http, 200);
    assert.deepEqual(await settings(), { ...DEFAULTS, language: 'he' });
    assert.equal((await events(id))[0]?.actor_id, '2');
  });

  test('reach the live streams of their account, and no other', async () => {
    const here = await inside();
    const other = await inside();
    const [stream, elsewhere] = [await listen(here), await listen(other)];
    await here.patch({ language: 'he' });
    assert.deepEqual(await stream.next(), ['settings', { ...DEFAULTS, language: 'he' }]);
    await other.patch({ support_email: 'x@example.com' });
    assert.deepEqual(await elsewhere.next(), [
      'settings',
      { ...DEFAULTS, support_email: 'x@example.com' },
    ]);
    for (const { outgoing } of [stream, elsewhere]) outgoing.destroy();
  });

  /** A live stream, its `state` read. */
  async function listen({ at, visitor }: { at: `/${string}`; visitor: Visitor }) {
    const cookie = [...visitor.cookies].map((pair) => pair.join('=')).join('; ');
    const headers = { host: new URL(visitor.origin).host, cookie };
    const { promise, resolve, reject } = Promise.withResolvers<AsyncIterator<Buffer>>();
    const outgoing: ClientRequest = request(`${service.baseUrl}${at}/live`, { headers }, (heard) =>
      resolve(heard[Symbol.asyncIterator]()),
    );
    outgoing.on('error', reject).end();
    const chunks = await promise;
    let text = '';
    const next = async (): Promise<[string, unknown]> => {
      const found = /event: (\w+)\ndata: (.*)\n\n/.exec(text);
      if (found) {
        text = text.slice(found.index + found[0].length);
        return [found[1] ?? '', JSON.parse(found[2] ?? '')];
      }
      const { value, done } = await chunks.next();
      assert.ok(!done, 'the stream ended');
      text += value;
      return next();
    };
    assert.equal((await next())[0], 'state');
    return { outgoing, next };
  }

  test('take what their rules allow', async () => {
    const { patch } = await inside();
    for (const change of [
      ...['en', 'he'].map((language) => ({ language })),
      ...['Asia/Jerusalem', 'America/Argentina/Buenos_Aires', 'UTC', 'Asia/Kathmandu'].map(
        (time_zone) => ({ time_zone }),
      ),
      ...['', 'a@b.example', `${'a'.repeat(60)}@${'b'.repeat(31)}.example`].map(
        (support_email) => ({ support_email }),
      ),
      ...[[], [{ open: '00:00', close: '24:00' }], [{ open: '18:00', close: '02:00' }]].map(
        (sat) => ({ business_hours: hours({ sat }) }),
      ),
    ]) {
      const heard = await patch(change);
      assert.equal(heard.http, 200, heard.text);
      for (const [name, value] of Object.entries(change)) assert.deepEqual(heard.body[name], value);
    }
    assert.equal(
      (await patch({ support_email: ' a@b.example ' })).body.support_email,
      'a@b.example',
    );
  });

  test('refuse everything else, name what is at fault, and change nothing', async () => {
    const { id, patch, settings } = await inside();
    const bad: Record<string, unknown[]> = {
      language: ['', 'fr', 'EN', 'en-US', null, 1, ['en']],
      time_zone: ['', 'Nowhere/Land', '+02:00', '-05', 'utc ', 'Asia/Jerusalem\0', null, 2, {}],
      support_email: [
        'x',
        'a@b',
        'a b@c.example',
        'a@b.example\n, c@d.example',
        null,
        5,
        `${'a'.repeat(60)}@${'b'.repeat(33)}.example`,
      ],
      business_hours: [
        null,
        [],
        {},
        'always',
        { mon: [day] },
        hours({ sun: undefined }),
        hours({ mon: 'always' }),
        hours({ mon: [day, { open: '16:59', close: '18:00' }] }),
        hours({ mon: { open: '09:00', close: '09:00' } }),
      ],
      nothing: [1, null],
      status: [0],
      Language: ['he'],
    };
    for (const [unknown, value] of [
      ['funday', hours({ funday: day })],
      ['lunch', hours({ mon: [{ ...day, lunch: '12:00' }] })],
    ] as const) {
      const { body } = await patch({ business_hours: value });
      assert.equal((body.error as { parameter: string }).parameter, unknown);
    }
    for (const [name, values] of Object.entries(bad))
      for (const value of values) {
        const heard = await patch({ language: 'he', [name]: value });
        assertFailure(heard, 'request_invalid');
        assert.equal((heard.body.error as { parameter: string }).parameter, name, heard.text);
      }
    for (const body of ['', 'null', '[]', '"x"', '{', Buffer.from([0x7b, 0xff, 0x7d])])
      assertFailure(await patch(body), 'body_invalid');
    assert.deepEqual(await settings(), DEFAULTS);
    assert.deepEqual(await events(id), []);
  });
});
