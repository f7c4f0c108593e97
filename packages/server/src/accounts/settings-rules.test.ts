import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { accountRequest, startService, type TestPartner, type TestService } from '../testing.ts';
import { assertFailure, newVisitor } from '../testing-visitor.ts';

const day = { open: '09:00', close: '17:00' };
const hours = (changes: Record<string, unknown> = {}) => ({
  ...{ sun: null, mon: day, tue: day, wed: day, thu: day, fri: day, sat: null },
  ...changes,
});
const DEFAULTS = {
  language: 'en',
  time_zone: 'UTC',
  business_hours: hours(),
  support_email: '',
};

describe("the rules of an account's own settings", () => {
  let service: TestService;
  let partner: TestPartner;
  const server = 'online';

  before(async () => {
    service = await startService();
    partner = await service.newPartner();
  });

  async function inside() {
    const email = accountRequest().admin_email;
    const id = await service.newAccount(partner, { admin_email: email });
    const visitor = newVisitor(service);
    assert.equal((await visitor.signIn(email)).http, 200);
    const at = `/api/workspace/${id}` as const;
    const state = async () => (await visitor.get(at)).body;
    return {
      ...{ id, at, visitor, state },
      patch: (body: unknown) => visitor.patch(`${at}/settings`, body),
      settings: async () => (await state()).settings,
    };
  }
  const events = (id: number) =>
    service.database.read((db) =>
      db.query<Record<string, unknown>>(sql`
        select actor_kind, actor_id, changes from events
        where server = ${server} and account_id = ${id} and type = 'settings.updated'
        order by event_id`),
    );

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
      ...[null, { open: '00:00', close: '24:00' }, { open: '23:58', close: '23:59' }].map(
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
        { mon: day },
        hours({ sun: undefined }),
        hours({ mon: {} }),
        hours({ mon: { open: '09:00' } }),
        hours({ mon: { open: '17:00', close: '09:00' } }),
        hours({ mon: { open: '09:00', close: '09:00' } }),
        hours({ mon: { open: '24:00', close: '24:00' } }),
        hours({ mon: { open: '9:00', close: '17:00' } }),
        hours({ mon: { open: '09:00', close: '24:01' } }),
        hours({ mon: { open: '09:60', close: '17:00' } }),
        hours({ mon: { open: '09:00:00', close: '17:00' } }),
        hours({ mon: { open: 9, close: 17 } }),
      ],
      nothing: [1, null],
      status: [0],
      Language: ['he'],
    };
    for (const [unknown, value] of [
      ['funday', hours({ funday: day })],
      ['lunch', hours({ mon: { ...day, lunch: '12:00' } })],
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
