import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type Heard, send } from '../testing/http.ts';
import { startScene } from '../testing/thieves/scene.ts';
import {
  challengeOf,
  newPlaces,
  newTarget,
  STOLEN,
  sessionOf,
  type Target,
} from '../testing/thieves/target.ts';
import { newVisitor, type Visited, type Visitor } from '../testing/visitor.ts';

const WRONG = 300;
const NETWORKS = 30;
// Of the person; each letter is for one, and ten are sent an hour.
const CHALLENGES = 8;
let bursts = 0;

type Path = {
  title: string;
  /** Guesses of a person from many networks that are judged at most. */
  most: number;
  cookie?: 'session' | 'challenge';
  app?: 'on';
  /** A code was mailed for each half-done sign-in. */
  mailed?: true;
  guess(visitor: Visitor, target: Target, right: boolean): Promise<Heard>;
};

const byPassword = (path: string, more: object = {}): Path => ({
  title: path,
  most: 100,
  cookie: 'session',
  guess: (visitor, _target, right) =>
    visitor.post(`/api/auth/${path}`, { password: right ? STOLEN : 'Wrong-Horse1', ...more }),
});
const byCode = (path: string, wrong: string): Path => ({
  title: path,
  most: 10,
  cookie: 'challenge',
  app: 'on',
  guess: (visitor, target, right) =>
    visitor.post(`/api/auth/two-factor/${path}`, {
      code: right ? (target.backupCodes[0] ?? '') : wrong,
    }),
});

const paths: Path[] = [
  {
    title: 'sign-in/email',
    most: 100,
    guess: (visitor, { email }, right) => visitor.signIn(email, right ? STOLEN : 'Wrong-Horse1'),
  },
  {
    title: 'change-password',
    most: 100,
    cookie: 'session',
    guess: (visitor, _target, right) =>
      visitor.post('/api/auth/change-password', {
        ...{ currentPassword: right ? STOLEN : 'Wrong-Horse1', newPassword: 'Other-Horse-77' },
      }),
  },
  byPassword('two-factor/enable'),
  byPassword('two-factor/disable'),
  byPassword('two-factor/get-totp-uri'),
  byPassword('two-factor/generate-backup-codes'),
  { ...byCode('verify-otp', '000000'), mailed: true },
  byCode('verify-totp', '000000'),
  byCode('verify-backup-code', 'aaaaa-aaaaa'),
];

describe('300 wrong guesses and the right one at once', () => {
  let scene: Awaited<ReturnType<typeof startScene>>;
  before(async () => {
    scene = await startScene();
  });

  async function mailCodes(cookies: readonly (readonly [string, string])[]): Promise<void> {
    for (const cookie of cookies) {
      const visitor = newVisitor(scene.first);
      visitor.cookies.set(...cookie);
      assert.equal((await visitor.post('/api/auth/two-factor/send-otp')).http, 200);
    }
  }

  /** How many of the guesses were judged. */
  async function burst(path: Path, nodes: readonly Visited[], networks: number): Promise<number> {
    const places = await newPlaces(scene);
    const { target, cookies } = await scene.database.write(async (db) => {
      const target = await newTarget(db, scene, places, { proved: true, app: path.app ?? 'waits' });
      const cookies: (readonly [string, string])[] = [];
      for (let n = 0; n < (path.cookie === 'challenge' ? CHALLENGES : 1); n += 1)
        cookies.push(
          path.cookie === 'challenge'
            ? await challengeOf(db, scene, target, `network ${n}`)
            : await sessionOf(db, scene, target),
        );
      return { target, cookies };
    });
    const site = ++bursts;
    if (path.mailed) await mailCodes(cookies);
    const place = Math.floor(Math.random() * 200);
    const answers = await Promise.all(
      Array.from({ length: WRONG + 1 }, (_, n) => {
        const visitor = newVisitor(nodes[n % nodes.length] ?? assert.fail());
        const cookie = cookies[n % cookies.length];
        if (path.cookie && cookie) visitor.cookies.set(...cookie);
        const headers = { 'x-forwarded-for': `198.18.${site}.${n % networks}` };
        const post: Visitor['post'] = (to, body) => visitor.post(to, body, { headers });
        const signIn: Visitor['signIn'] = (email, password) =>
          visitor.signIn(email, password, { headers });
        return path.guess({ ...visitor, post, signIn }, target, n === place);
      }),
    );
    for (const { http, headers, text } of answers) {
      assert.ok([200, 400, 401, 403, 409, 429].includes(http), text);
      if (http === 429) assert.ok(Number(headers['retry-after']) > 0);
    }
    return answers.filter(({ text }) => /wrong_|"user"|"status":true|"method"|totpURI/.test(text))
      .length;
  }

  for (const path of paths)
    for (const many of [1, 2])
      test(`${path.title}: ten are judged from an address, and the person's limit from ${NETWORKS}, at ${many} nodes`, async (t) => {
        const nodes = scene.nodes.slice(0, many);
        const one = await burst(path, nodes, 1);
        const all = await burst(path, nodes, NETWORKS);
        // The right one costs nothing, and may be among them.
        assert.ok(one <= 11, `${one} from one address`);
        assert.ok(all <= path.most + 1, `${all} from ${NETWORKS} networks`);
        t.diagnostic(`${path.title}, ${many} nodes: judged ${one} from one, ${all} from 30`);
      });

  for (const path of ['/api/settings/accessToken', '/oauth/token', '/oauth/revoke'] as const)
    for (const many of [1, 2])
      test(`${path}: ten are judged from an address, at ${many} nodes`, async (t) => {
        const partner = await scene.first.newPartner();
        const form = path.startsWith('/oauth');
        const answers = await Promise.all(
          Array.from({ length: WRONG + 1 }, (_, n) => {
            const pair = {
              client_id: partner.clientId,
              client_secret: n === 100 ? partner.clientSecret : `swb_cs_wrong_${n}`,
            };
            const grant = { grant_type: 'client_credentials', token: 'swb_at_none', ...pair };
            return send(scene.nodes[n % many]?.baseUrl ?? '', path, {
              method: 'POST',
              headers: {
                'x-forwarded-for': '198.51.100.77',
                'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json',
              },
              body: form ? new URLSearchParams(grant).toString() : pair,
            });
          }),
        );
        const judged = answers.filter(({ http }) => http !== 429);
        for (const { http, text } of judged) assert.ok([200, 400, 401].includes(http), text);
        assert.ok(judged.length <= 11, String(judged.length));
        t.diagnostic(`${path}, ${many} nodes: judged ${judged.length} from one address`);
      });
});
