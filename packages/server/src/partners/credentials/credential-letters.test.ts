import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type Endpoint, endpointNames, endpoints, languages } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { type CredentialLetter, credentialLetter } from '../../mail/credential-letters.ts';
import { type Mailbox, startMailbox } from '../../testing/mail/mail.ts';
import { makeInConsole, type TestMember } from '../../testing/member.ts';
import { startService, type TestPartner, type TestService } from '../../testing/service.ts';

describe('of a credential that was made, rotated or revoked', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let partner: TestPartner;
  let admin: TestMember;
  before(async () => {
    mailbox = await startMailbox();
    const environment = { SMTP_URL: mailbox.url, TRUST_PROXY: '127.0.0.1' };
    service = await startService({ environment });
    partner = await service.newPartner();
    admin = await service.newMember(partner);
  });

  const query = <Row>(text: ReturnType<typeof sql>) =>
    service.database.write((db) => db.query<Row>(text));

  test('every administrator is told: what, who, when and from where, and no secret', async () => {
    const hebrew = await service.newMember(partner);
    await query(sql`update persons set language = 'he' where id = ${hebrew.personId}`);
    for (const role of ['operator', 'viewer'] as const) await service.newMember(partner, role);
    const waiting = await service.newMember(partner);
    await query(sql`update members set state = 'waiting' where person_id = ${waiting.personId}`);
    const { body } = await makeInConsole(
      ...[admin, partner.partner, endpoints.createApiCredential, { name: 'CRM' }],
      { 'x-forwarded-for': '203.0.113.7' },
    );
    const client_id = String(body.client_id);
    const made = await mailbox.next(admin.email, /^- Credential:/m);
    assert.match(made.subject, /^A credential was made for A partner$/);
    assert.match(made.text, new RegExp(`^- Credential: CRM \\(${client_id}\\)$`, 'm'));
    assert.match(made.text, new RegExp(`^- By: Mia Member \\(${admin.email}\\)$`, 'm'));
    assert.match(made.text, /^- Time: .* \(UTC\)$/m);
    assert.match(made.text, /^- IP address: 203\.0\.113\.7$/m);
    assert.match((await mailbox.next(hebrew.email, /^- /m)).text, /^- פרטי הגישה: CRM /m);

    const { client_secret } = await partner.rotateApiCredential({ client_id, overlap_hours: 1 });
    const rotated = await mailbox.next(admin.email, /old secret works until/);
    const by = new RegExp(`^- By: a program with the credential ${partner.clientId}$`, 'm');
    assert.match(rotated.text, by);
    await service.operator.revokeCredential({ client_id });
    const revoked = await mailbox.next(admin.email, /was revoked/);
    assert.match(revoked.text, /^- By: the operator of Switchboard$/m);
    const told = new Set(mailbox.all().map(({ to }) => to));
    assert.deepEqual([...told].sort(), [admin.email, hebrew.email].sort());
    const everything = JSON.stringify(mailbox.all());
    for (const secret of [String(body.client_secret), client_secret, 'swb_cs_', 'swb_at_'])
      assert.ok(!everything.includes(secret));
  });

  test('twenty an hour: a program that rotates without end fills no mailbox', async () => {
    const mine = await service.newPartner();
    const { email } = await service.newMember(mine);
    const rotate = () => mine.rotateApiCredential({ client_id: mine.clientId, overlap_hours: 0 });
    for (let n = 0; n < 20; n += 1) {
      await rotate();
      await mailbox.next(email, /new secret was made/);
    }
    for (let n = 0; n < 3; n += 1) await rotate();
    // What is told after it shows that nothing is on its way.
    await query(sql`delete from attempts`);
    await mine.revokeApiCredential({ client_id: mine.clientId });
    await mailbox.next(email, /was revoked/);
    assert.equal(mailbox.all().filter(({ to }) => to === email).length, 21);
  });

  test('in the console the password is asked for first, as for every secret', async () => {
    const asks = endpointNames.filter((name) => (endpoints[name] as Endpoint).asksPassword);
    assert.deepEqual(asks.sort(), [
      'createApiCredential',
      'getWebhookSecret',
      'revokeApiCredential',
      'rotateApiCredential',
      'rotateWebhookSecret',
    ]);
    await query(sql`
      update sessions set password_at = now() - interval '11 minutes'
      where person_id = ${admin.personId}`);
    const { client_id } = await partner.createApiCredential({ name: 'Watched' });
    const input = { client_id, name: 'Seen' };
    for (const name of [
      'createApiCredential',
      'rotateApiCredential',
      'revokeApiCredential',
    ] as const) {
      const parameters = name === 'createApiCredential' ? { name: 'x' } : { client_id };
      const refused = await makeInConsole(admin, partner.partner, endpoints[name], parameters);
      assert.deepEqual([refused.http, refused.body.code], [403, 'password_needed']);
    }
    const { updateApiCredential, listApiCredentials } = endpoints;
    const renamed = await makeInConsole(admin, partner.partner, updateApiCredential, input);
    assert.equal(renamed.body.name, 'Seen');
    const viewer = await service.newMember(partner, 'viewer');
    const seen = await makeInConsole(viewer, partner.partner, listApiCredentials);
    assert.equal(seen.http, 200, seen.text);
    const refused = await makeInConsole(viewer, partner.partner, updateApiCredential, input);
    assert.equal(refused.http, 403);
  });
});

const about = {
  to: 'ada@example.com',
  name: 'Ada',
  partnerName: 'Acme',
  credential: { name: 'CRM', clientId: 'swb_ci_4Yq8bT2mXw' },
  by: { kind: 'person', name: 'Bob', email: 'bob@example.com' },
  at: new Date('2026-11-29T10:05:00Z'),
  ipAddress: '203.0.113.7',
} as const;
const changes = [
  { what: 'created' },
  { what: 'rotated', oldSecretEnds: Date.parse('2026-11-30T10:05:00Z') / 1000 },
  { what: 'revoked' },
] as const;

for (const language of languages)
  describe(`the letter about a credential in ${language}`, () => {
    const letters = (other: Partial<CredentialLetter> = {}) =>
      changes.map((change) =>
        credentialLetter({ ...about, ...change, language, ...other } as CredentialLetter),
      );

    test('has a subject that names the partner, its language, and all the facts', () => {
      const script = language === 'he' ? /\p{Script=Hebrew}/u : /^[^\p{Script=Hebrew}]+$/u;
      const all = letters();
      assert.equal(new Set(all.map(({ subject }) => subject)).size, 3);
      for (const { subject, text, html } of all) {
        assert.match(subject, /Acme/);
        for (const part of [subject, text, html]) assert.match(part, script);
        assert.match(text, /^- [^\n]+: CRM \(swb_ci_4Yq8bT2mXw\)$/m);
        assert.match(text, /^- [^\n]+: Bob \(bob@example\.com\)$/m);
        assert.match(text, /^- [^\n]+: 29 [^\n]+ 2026[^\n]+10:05 \(UTC\)$/m);
        assert.match(text, /^- [^\n]+: 203\.0\.113\.7$/m);
      }
      assert.match(all[1]?.text ?? '', /^- [^\n]+: 30 [^\n]+ 2026[^\n]+10:05 \(UTC\)$/m);
    });

    test('can do without names and address, and shows hostile ones as text', () => {
      const bare = letters({
        ...{ name: '', credential: { ...about.credential, name: '' } },
        ...{ ipAddress: undefined, by: { kind: 'credential', name: '', clientId: 'swb_ci_a' } },
      });
      for (const { text } of bare) {
        assert.match(text, /^- [^\n]+: swb_ci_4Yq8bT2mXw$/m);
        assert.doesNotMatch(text, / [,.]|undefined|IP/);
      }
      const hostile = '<script>alert("1")</script>\r\nx@evil.example\u202e';
      const names = { name: hostile, credential: { ...about.credential, name: hostile } };
      for (const { text, html, subject } of letters({ ...names, partnerName: hostile })) {
        assert.doesNotMatch(html, /<script|alert\("|evil\.example|\u202e/);
        assert.doesNotMatch(text + subject, /\r|evil\.example|\u202e/);
      }
    });

    test('fetches nothing, has no script, and does not shout or beg', () => {
      for (const { html, text, subject } of letters()) {
        assert.doesNotMatch(html, /<(img|script|style|link|iframe|form)\b|url\(|\bsrc=|@import/i);
        assert.doesNotMatch(text + subject, /!|please|oops|בבקשה|אנא/i);
      }
    });
  });
