import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../testing/service.ts';
import { verifyPassword } from './passwords/password.ts';

type Found = {
  id: string;
  email: string;
  name: string;
  two_factor_enabled: boolean;
  two_factor_email: string | null;
  email_proved_at: Date | null;
  password_hash: string;
};

describe('naming a person with createAccount', () => {
  let service: TestService;
  let partner: TestPartner;
  let other: TestPartner;
  const server = 'online';

  before(async () => {
    service = await startService();
    partner = await service.newPartner();
    other = await service.newPartner();
  });

  const people = (email: string) =>
    service.database.read((db) =>
      db.query<Found>(sql`
        select p.* from persons p where p.email = lower(${email})`),
    );
  const agent = async (account_id: number) => {
    const [found] = await service.database.read((db) =>
      db.query<Record<string, unknown>>(sql`
        select * from agents where server = ${server} and account_id = ${account_id}`),
    );
    return found ?? assert.fail('no agent');
  };
  const email = () => accountRequest().admin_email;

  test('makes a new person whose password works, kept as argon2id', async () => {
    const request = { ...accountRequest(), admin_password: '  Pass wörd! ' };
    const { account_id } = await partner.createAccount(request);
    const [person, ...more] = await people(request.admin_email);
    assert.ok(person);
    assert.equal(more.length, 0);
    assert.match(person.password_hash, /^\$argon2id\$/);
    assert.equal(await verifyPassword(person.password_hash, '  Pass wörd! '), true);
    assert.equal(await verifyPassword(person.password_hash, 'Pass wörd!'), false);
    assert.deepEqual(
      [person.name, person.two_factor_enabled, person.two_factor_email, person.email_proved_at],
      ['Ada Admin', false, null, null],
    );
    const made = await agent(account_id);
    assert.equal(made.person_id, person.id);
    assert.deepEqual(
      [made.agent_id, made.role, made.state, made.agent_name, made.display_name],
      [1, 'administrator', 'open', 'Ada Admin', 'Ada'],
    );
  });

  test('asks a new person for codes by e-mail when admin_2fa is 1', async () => {
    const request = {
      ...accountRequest(),
      admin_2fa: 1,
      admin_2fa_value: ' codes@example.com ',
    } as const;
    await partner.createAccount(request);
    const [person] = await people(request.admin_email);
    assert.deepEqual(
      [person?.two_factor_enabled, person?.two_factor_email],
      [true, 'codes@example.com'],
    );
    const without = { ...accountRequest(), admin_2fa_value: 'codes@example.com' };
    await partner.createAccount(without);
    const [plain] = await people(without.admin_email);
    assert.deepEqual([plain?.two_factor_enabled, plain?.two_factor_email], [false, null]);
  });

  test('who exists changes nothing of theirs: open under the same partner, waiting under another', async () => {
    const admin_email = email();
    await partner.createAccount({ ...accountRequest(), admin_email });
    const before = await people(admin_email);
    const renamed = {
      ...accountRequest(),
      admin_email: admin_email.toUpperCase(),
      admin_name: 'Eve',
      admin_password: 'Planted-Password1',
      admin_2fa: 1,
      admin_2fa_value: 'eve@example.com',
    } as const;
    const same = await partner.createAccount(renamed);
    const foreign = await other.createAccount(renamed);
    const again = await other.createAccount(renamed);
    assert.deepEqual(await people(admin_email), before);
    assert.equal((await agent(same.account_id)).state, 'open');
    assert.equal((await agent(foreign.account_id)).state, 'waiting');
    assert.equal((await agent(again.account_id)).state, 'waiting');
    assert.equal((await agent(foreign.account_id)).agent_name, 'Eve');
  });

  test('is answered the same whether or not the person exists', async () => {
    const admin_email = email();
    await partner.createAccount({ ...accountRequest(), admin_email });
    const fresh = await other.createAccount(accountRequest());
    const named = await other.createAccount({ ...accountRequest(), admin_email });
    assert.deepEqual({ ...named, account_id: 0 }, { ...fresh, account_id: 0 });
  });

  test('who is new, by many calls at once, makes one person and an agent in each account', async () => {
    const admin_email = email();
    await service.operator.createServer({ server: 'beside' });
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, n) =>
        (n % 3 ? partner : other).createAccount({
          ...accountRequest(),
          admin_email: n % 2 ? admin_email : admin_email.toUpperCase(),
          server: n % 4 ? server : 'beside',
        }),
      ),
    );
    const [person, ...more] = await people(admin_email);
    assert.equal(more.length, 0);
    const rows = await service.database.read((db) =>
      db.query<{ state: string; partner_id: number }>(sql`
        select g.state, a.partner_id
        from agents g
        join accounts a on a.server = g.server and a.account_id = g.account_id
        where g.person_id = ${person?.id}`),
    );
    assert.equal(rows.length, answers.length);
    const states = (id: number) =>
      new Set(rows.filter(({ partner_id }) => partner_id === id).map(({ state }) => state));
    const byPartner = [states(partner.partner), states(other.partner)];
    assert.deepEqual(
      byPartner.map((set) => [...set].join()).sort(),
      ['open', 'waiting'],
      'one partner made the person, the other only named them',
    );
  });
});
