/** For tests: what takes a person's way in out of others' hands. */
import assert from 'node:assert/strict';
import sql from 'sql-template-tag';
import type { Db } from '../../database/database.ts';
import { holdPerson, raiseGeneration } from '../../people/person.ts';
import { endOtherSessions } from '../../people/sessions/end-session.ts';
import type { Heard } from '../http.ts';
import type { Visited, Visitor } from '../visitor.ts';
import { ownerOf, type Scene, STOLEN, sessionOf, type Target } from './target.ts';
import { visitorFrom } from './thieves.ts';

/** What the owner signs in with afterwards. */
const OWN = 'Chosen-Horse2';

export type Defence = {
  title: string;
  /** Whether the address was proved before, by the round's number. */
  proved(round: number): boolean;
  /** The password with which the owner gets in afterwards; undefined where there is none. */
  password: string | undefined;
  /** Sessions and passwords of before go on: what was begun under them is over all the same. */
  keeps?: true;
  /** The owner's own session is there afterwards, and no other. */
  signsIn?: true;
  /** Factors are gone, too. */
  dropsFactors(round: number): boolean;
  /** Answers what the owner then does at a node: whether it was done. */
  arm(db: Db, scene: Scene, target: Target): Promise<(node: Visited) => Promise<boolean>>;
};

/** A machine that does too much at once may let a lock time out: then it was not answered. */
async function patiently(ask: () => Promise<Heard>): Promise<Heard> {
  for (let tries = 1; ; tries += 1) {
    const heard = await ask();
    if (heard.http !== 503 || tries === 5) return heard;
  }
}

/** The first answer of a mailed link, which nothing outranks. */
const once = async (visitor: Visitor, path: `/${string}`, body: object) => {
  const heard = await patiently(() => visitor.post(path, body));
  assert.equal(heard.http, 200, `${path}: ${heard.text}`);
  return true;
};

export const acceptance: Defence = {
  title: 'the acceptance of an invitation',
  proved: () => false,
  password: OWN,
  signsIn: true,
  dropsFactors: () => true,
  arm: async (_db, _scene, { invitation }) => {
    const body = { token: invitation, password: OWN };
    return (node) => once(visitorFrom(node), '/api/invitation/accept', body);
  },
};

export const reset: Defence = {
  title: 'a reset by a mailed link',
  proved: (round) => round % 4 < 2,
  password: OWN,
  dropsFactors: (round) => round % 4 >= 2,
  arm: async (_db, _scene, target) => {
    const body = { token: target.reset, newPassword: OWN };
    return (node) => once(visitorFrom(node), '/api/auth/reset-password', body);
  },
};

/** By a session and the password: again, where a thief's change was the first. */
const bySession = async (db: Db, scene: Scene, target: Target, path: string, body: object) => {
  const session = await sessionOf(db, scene, target);
  return async (node: Visited) => {
    const visitor = visitorFrom(node);
    visitor.cookies.set(...session);
    for (let tries = 1; ; tries += 1) {
      const { http, text } = await patiently(() => visitor.post(`/api/auth/${path}`, body));
      if (http === 200) return true;
      // The thieves' password is in force, or they ended this session.
      assert.match(text, /wrong_password|no_session|too_many_failures/);
      if (tries === 5 || text.includes('no_session')) return false;
    }
  };
};

export const ownChange: Defence = {
  title: 'a change of the password by its owner',
  proved: () => true,
  password: OWN,
  signsIn: true,
  dropsFactors: () => false,
  arm: (db, scene, target) =>
    bySession(db, scene, target, 'change-password', {
      ...{ currentPassword: STOLEN, newPassword: OWN, revokeOtherSessions: true },
    }),
};

/** As the removal of the quick start's passwords does it. */
export const removal: Defence = {
  title: 'the removal of the password',
  proved: (round) => round % 4 < 2,
  password: undefined,
  dropsFactors: () => false,
  arm: async (_db, { database }, { personId }) => {
    return async () => {
      await database.write(async (db) => {
        await holdPerson(db, personId);
        await db.query(sql`update persons set password_hash = null where id = ${personId}`);
        await endOtherSessions(db, ownerOf(personId), personId, undefined);
        await raiseGeneration(db, personId);
      });
      return true;
    };
  },
};

export const factorRemoval: Defence = {
  title: 'the removal of every factor by the owner',
  proved: () => true,
  password: STOLEN,
  keeps: true,
  dropsFactors: () => true,
  arm: (db, scene, target) =>
    bySession(db, scene, target, 'two-factor/disable', { password: STOLEN }),
};
