import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { generate } from 'otplib';
import sql from 'sql-template-tag';
import { invitationTo, startMailbox } from '../../testing/mail/mail.ts';
import { accountRequest, startService } from '../../testing/service.ts';
import { newVisitor } from '../../testing/visitor.ts';

const PASSWORD = 'Correct-Horse1';
const CHOSEN = 'Chosen-Horse2';
const server = 'online';

const RealDate = Date;
let shiftMs = 0;
/** The clock of the node, this process, beside that of the database. */
class ShiftedDate extends RealDate {
  constructor(...from: [] | [number | string]) {
    super(from[0] ?? RealDate.now() + shiftMs);
  }
  static override now = () => RealDate.now() + shiftMs;
}
globalThis.Date = ShiftedDate as DateConstructor;

describe('with a node whose clock differs from the database’s', async () => {
  const mailbox = await startMailbox();
  const service = await startService({ environment: { SMTP_URL: mailbox.url } });
  const partner = await service.newPartner();
  afterEach(() => {
    shiftMs = 0;
  });

  for (const minutes of [-11, 11])
    describe(`by ${minutes} minutes`, () => {
      const shift = () => {
        shiftMs = minutes * 60_000;
        assert.ok(Math.abs(Date.now() - RealDate.now() - shiftMs) < 1000);
      };
      const isIn = async (visitor: ReturnType<typeof newVisitor>) =>
        (await visitor.get('/api/workspace')).http === 200;

      test('codes by mail and of an app let people in, and sessions live', async () => {
        shift();
        const { email } = await service.newPerson(partner, {
          ...{ admin_2fa: 1, admin_2fa_value: `codes${minutes}@example.com` },
        });
        const visitor = newVisitor(service);
        await visitor.signIn(email);
        await visitor.post('/api/auth/two-factor/send-otp');
        const { text } = await mailbox.next(`codes${minutes}@example.com`);
        const code = /^\d{6}$/m.exec(text)?.[0];
        const heard = await visitor.post('/api/auth/two-factor/verify-otp', { code });
        assert.equal(heard.http, 200, heard.text);
        assert.ok(await isIn(visitor));

        await visitor.post('/api/auth/two-factor/disable', { password: PASSWORD });
        const on = await visitor.post('/api/auth/two-factor/enable', { password: PASSWORD });
        const secret = new URL(String(on.body.totpURI)).searchParams.get('secret') ?? '';
        const epoch = RealDate.now() / 1000;
        const app = await generate({ secret, epoch });
        const done = await visitor.post('/api/auth/two-factor/verify-totp', { code: app });
        assert.equal(done.http, 200, done.text);
        const { text: told } = await mailbox.next(email, /second factor|asks for a code from an/i);
        const [, hours, minute] = /Time: [^\n]* (\d\d):(\d\d) \(UTC\)/.exec(told) ?? [];
        const said = Number(hours) * 60 + Number(minute);
        const now = Math.floor(RealDate.now() / 60_000) % 1440;
        assert.ok((now - said + 1440) % 1440 < 5, told);
      });

      test('links for new passwords and of invitations are good', async () => {
        shift();
        const { email } = await service.newPerson(partner);
        await newVisitor(service).post('/api/auth/request-password-reset', { email });
        const token = /reset-password\?token=(\S+)$/m.exec((await mailbox.next(email)).text)?.[1];
        const body = { token, newPassword: CHOSEN };
        const heard = await newVisitor(service).post('/api/auth/reset-password', body);
        assert.equal(heard.http, 200, heard.text);
        const visitor = newVisitor(service);
        await visitor.signIn(email, CHOSEN);
        assert.ok(await isIn(visitor));

        const invited = accountRequest().admin_email;
        const [account] = (await visitor.get('/api/workspace')).body.accounts as {
          account_id: number;
        }[];
        await visitor.post(`/api/workspace/${account?.account_id}/agents`, {
          ...{ email: invited, name: 'Noa Levi', role: 'agent' },
        });
        const accepted = await newVisitor(service).post('/api/invitation/accept', {
          ...{ token: await invitationTo(mailbox, invited), password: CHOSEN },
        });
        assert.equal(accepted.http, 200, accepted.text);
      });

      test('tokens and login links of partners work, and say when they end by the database', async () => {
        shift();
        const client = await service.newPartner();
        const accountID = await service.newAccount(client);
        const { login } = await client.loginAgent({ accountID, agentID: 1, server });
        const visitor = newVisitor(service);
        await visitor.post(new URL(login).pathname as `/${string}`);
        assert.ok(await isIn(visitor));
        const answer = await fetch(`${service.baseUrl}/api/settings/accessToken`, {
          method: 'POST',
          body: JSON.stringify({
            ...{ client_id: client.clientId, client_secret: client.clientSecret },
          }),
        });
        const { expiration_time } = (await answer.json()) as { expiration_time: string };
        const left = Number(expiration_time) - RealDate.now() / 1000;
        assert.ok(left > 3500 && left < 3700, `${left}`);
      });

      test('wrong passwords lock for ten minutes, and no longer', async () => {
        shift();
        const { email } = await service.newPerson(partner);
        const visitor = newVisitor(service);
        for (let n = 0; n < 10; n++) await visitor.signIn(email, 'Wrong-Horse1');
        const refused = await visitor.signIn(email);
        assert.equal(refused.http, 429);
        const seconds = Number(refused.headers['retry-after']);
        assert.ok(seconds > 500 && seconds <= 600, `${seconds}`);
        await service.database.write((db) =>
          db.query(sql`
          update attempts set blocked_until = blocked_until - interval '10 minutes',
            failed_at = array(select t - interval '10 minutes' from unnest(failed_at) t)`),
        );
        assert.equal((await visitor.signIn(email)).http, 200);
      });
    });
});
