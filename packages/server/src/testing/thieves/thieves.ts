/** For tests: eight who know somebody's password, and what they do with it at the same time. */
import { generate } from 'otplib';
import type { Db } from '../../database/database.ts';
import type { Heard } from '../http.ts';
import { newVisitor, type Visited, type Visitor } from '../visitor.ts';
import { challengeOf, type Scene, STOLEN, sessionOf, type Target } from './target.ts';

export const THIEVES = 8;
/** What thieves change the password to. */
export const THEIRS = 'Thieves-Only-Horse9';

export type Thief = { visitor: Visitor; act(): Promise<Heard> };

export type Attack = {
  title: string;
  /** The target's app when the round begins. */
  app: 'on' | 'waits';
  /** They change the password. */
  changes?: true;
  /**
   * The n-th thief with what was stolen before the round.
   *
   * @param armed they rely on nothing but that: the password stays what it is
   */
  arm(db: Db, scene: Scene, target: Target, at: Visitor, n: number, armed: boolean): Promise<Thief>;
};

let visitors = 0;

/** A visitor from an address of its own, as the proxy before the service names it. */
export function visitorFrom(node: Visited): Visitor & { address: string } {
  const n = ++visitors;
  const address = `20.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
  const visitor = newVisitor(node);
  const headers = { 'x-forwarded-for': address };
  return {
    ...visitor,
    address,
    get: (path) => visitor.get(path, { headers }),
    post: (path, body) => visitor.post(path, body, { headers }),
    signIn: (email, password) => visitor.signIn(email, password, { headers }),
  };
}

const withCode = (visitor: Visitor, code: string | undefined) =>
  visitor.post('/api/auth/two-factor/verify-backup-code', { code });

const withApp = async (visitor: Visitor, secret: string) =>
  visitor.post('/api/auth/two-factor/verify-totp', { code: await generate({ secret }) });

export const signingIn: Attack = {
  title: 'sign-ins',
  app: 'waits',
  arm: async (_db, _scene, { email }, visitor) => ({
    visitor,
    act: () => visitor.signIn(email, STOLEN),
  }),
};

/** Half-done sign-ins and whole ones, by backup codes and an app's. */
export const secondSteps: Attack = {
  title: 'second steps',
  app: 'on',
  async arm(db, scene, target, visitor, n, armed) {
    const code = target.backupCodes[n];
    if (n > 4 && !armed)
      return {
        visitor,
        async act() {
          const heard = await visitor.signIn(target.email, STOLEN);
          return heard.body.twoFactorRedirect ? withCode(visitor, code) : heard;
        },
      };
    visitor.cookies.set(...(await challengeOf(db, scene, target, `thief ${n}`)));
    const act = () => (n === 4 ? withApp(visitor, target.secret) : withCode(visitor, code));
    return { visitor, act };
  },
};

/** By stolen sessions, sign-ins beside them. */
export const changes: Attack = {
  title: 'changes of the password',
  app: 'waits',
  changes: true,
  async arm(db, scene, target, visitor, n, armed) {
    if (n % 2 === 1) return signingIn.arm(db, scene, target, visitor, n, armed);
    visitor.cookies.set(...(await sessionOf(db, scene, target)));
    const body = { currentPassword: STOLEN, newPassword: THEIRS, revokeOtherSessions: n % 4 === 0 };
    return { visitor, act: () => visitor.post('/api/auth/change-password', body) };
  },
};

/** By stolen sessions: codes by mail, an app that waits for its first code, and a new app. */
export const enablings: Attack = {
  title: 'enablings of a factor',
  app: 'waits',
  async arm(db, scene, target, visitor, n, armed) {
    visitor.cookies.set(...(await sessionOf(db, scene, target)));
    const enable = (method: 'otp' | 'totp') =>
      visitor.post('/api/auth/two-factor/enable', { password: STOLEN, method });
    const confirmNew = async () => {
      const heard = await enable('totp');
      const uri = String(heard.body.totpURI ?? '');
      const secret = /secret=([A-Z2-7]+)/.exec(uri)?.[1];
      return secret === undefined ? heard : withApp(visitor, secret);
    };
    if (armed || n % 4 === 0) return { visitor, act: () => withApp(visitor, target.secret) };
    return { visitor, act: n % 4 === 1 ? () => enable('otp') : confirmNew };
  },
};
