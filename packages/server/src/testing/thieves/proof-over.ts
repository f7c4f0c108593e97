/** For tests: that nothing which thieves hold or know is in force any more. */
import assert from 'node:assert/strict';
import sql from 'sql-template-tag';
import { newVisitor, type Visited } from '../visitor.ts';
import type { Defence } from './owners.ts';
import { type Scene, STOLEN, type Target } from './target.ts';
import { type Attack, THEIRS, type Thief, visitorFrom } from './thieves.ts';

/** One of them, by chance. */
export const nodeOf = ({ nodes }: Scene): Visited =>
  nodes[Math.floor(Math.random() * nodes.length)] ?? assert.fail();

/** Everything that a proof could have written. */
export async function stateOf({ database }: Scene, { personId }: Target) {
  const [state] = await database.read((db) =>
    db.query<{
      generation: number;
      sessions: number;
      challenges: number;
      factors: string[];
      two_factor_enabled: boolean;
    }>(sql`
      select p.generation, p.password_hash, p.two_factor_enabled, p.two_factor_email,
        (select count(*) from challenges c
         where c.person_id = p.id and c.generation = p.generation) as challenges,
        (select count(*) from sessions s where s.person_id = p.id) as sessions,
        array(select s.id from sessions s where s.person_id = p.id order by s.id) as session_ids,
        array(select verified::text from two_factors t where t.person_id = p.id) as factors,
        array(select encode(code_hmac, 'hex') from backup_codes b
              where b.person_id = p.id order by code_hmac) as codes
      from persons p where p.id = ${personId}`),
  );
  return state ?? assert.fail('the person is gone');
}

type Ended = {
  scene: Scene;
  attack: Attack;
  defence: Defence;
  target: Target;
  thieves: readonly Thief[];
  round: number;
};

/** Nothing that the thieves hold or know lets anybody in, at any node. */
export async function assertOver({ scene, attack, defence, target, thieves, round }: Ended) {
  const state = await stateOf(scene, target);
  assert.equal(state.challenges, 0);
  if (defence.dropsFactors(round)) {
    assert.deepEqual(state.factors, []);
    assert.equal(state.two_factor_enabled, false);
  }
  const jars = thieves.map(({ visitor }) => visitor.cookies);
  const some = (name: string) => jars.findLast((cookies) => cookies.has(name))?.get(name);
  await assertHalfDoneIsOver(scene, some(CHALLENGE), target);
  if (defence.keeps) return;
  assert.equal(state.sessions, defence.signsIn ? 1 : 0);
  await assertSignedOut(scene, some(SESSION));
  // The hash is what it was at the answer; one time in five it is asked at the door.
  if (round % 10 > 1) return;
  const known = attack.changes ? [STOLEN, THEIRS] : [STOLEN];
  await Promise.all([
    ...known.map(async (password) => {
      const { http } = await visitorFrom(nodeOf(scene)).signIn(target.email, password);
      assert.equal(http, 401, 'a password that thieves know');
    }),
    assertOwnerEnters(scene, defence, target),
  ]);
}

async function assertOwnerEnters(scene: Scene, { password }: Defence, { email }: Target) {
  if (password === undefined) return;
  const { http, text } = await visitorFrom(nodeOf(scene)).signIn(email, password);
  assert.equal(http, 200, text);
}

const SESSION = 'switchboard.session';
const CHALLENGE = 'switchboard.two_factor';

async function assertSignedOut({ nodes }: Scene, session: string | undefined): Promise<void> {
  if (session === undefined) return;
  for (const node of nodes) {
    const same = newVisitor(node);
    same.cookies.set(SESSION, session);
    assert.equal((await same.get('/api/auth/get-session')).text, 'null');
    assert.equal((await same.get('/api/workspace')).http, 401);
  }
}

async function assertHalfDoneIsOver(scene: Scene, challenge: string | undefined, target: Target) {
  if (challenge === undefined) return;
  const visitor = visitorFrom(nodeOf(scene));
  visitor.cookies.set(CHALLENGE, challenge);
  const code = target.backupCodes.at(-1);
  const { body } = await visitor.post('/api/auth/two-factor/verify-backup-code', { code });
  assert.equal((body.error as { code: string } | undefined)?.code, 'challenge_expired');
}
