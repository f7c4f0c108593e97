/**
 * For tests and `bench/attack.ts`: thieves with a known password against its owner, over and over,
 * on one node and across two (`docs/entering.md`, Generations).
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import type { Defence } from './owners.ts';
import { assertOver, nodeOf, stateOf } from './proof-over.ts';
import { newPlaces, newTarget, type Places, type Scene } from './target.ts';
import { type Attack, THIEVES, type Thief, visitorFrom } from './thieves.ts';

// Targets at the same time; each lane does its share of the rounds.
const LANES = 4;

export type RacesOfProofs = {
  scene: Scene;
  attack: Attack;
  defence: Defence;
  rounds: number;
  /** Is told what a round left in force, in place of an end. */
  onFault?(error: unknown): void;
};

/** Runs the rounds; answers their outcomes in a line. */
export async function raceProofs(races: RacesOfProofs): Promise<string> {
  const { scene, attack, defence, rounds, onFault } = races;
  const counts = { done: 0, thiefFirst: 0, passed: 0, undone: 0, faults: 0 };
  const refused = new Map<string, number>();
  const pace = { thief: 100, owner: 40 };
  let next = 0;
  const lane = async () => {
    const places = await newPlaces(scene);
    for (let round = next++; round < rounds; round = next++) {
      const played = await play(races, places, round, pace).catch((error: unknown) => {
        if (!onFault) throw error;
        counts.faults += 1;
        onFault(error);
      });
      if (!played) continue;
      const { isDone, heard } = played;
      counts[isDone ? 'done' : 'thiefFirst'] += 1;
      const passed = heard.filter(({ http }) => http === 200).length;
      counts.passed += passed;
      if (passed > 0 && isDone) counts.undone += 1;
      for (const { http, body } of heard) {
        if (http === 200) continue;
        const code = (body.error as { code: string } | undefined)?.code ?? String(http);
        refused.set(code, (refused.get(code) ?? 0) + 1);
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  assert.equal(await deadlocksOf(scene), 0);
  const reasons = [...refused].sort().map(([code, times]) => `${code} ${times}`);
  const first = counts.thiefFirst > 0 ? `, in ${counts.thiefFirst} a thief changed it first` : '';
  return (
    `${rounds} rounds of ${THIEVES} ${attack.title} against ${defence.title}: ${counts.passed} tries` +
    ` got through (in ${counts.undone} rounds, undone), refused ${reasons.join(', ')}${first};` +
    ` ${counts.faults === 0 ? 'nothing' : `in ${counts.faults} something`} of the old proof in` +
    ' force, no deadlock'
  );
}

async function deadlocksOf({ database }: Scene): Promise<number> {
  const [row] = await database.read((db) =>
    db.query<{ deadlocks: number }>(sql`
      select deadlocks from pg_stat_database where datname = current_database()`),
  );
  return row?.deadlocks ?? 0;
}

type Pace = { thief: number; owner: number };

/** One target; half of the rounds happen on one node, half across two. */
async function play(
  { scene, attack, defence }: RacesOfProofs,
  places: Places,
  round: number,
  pace: Pace,
) {
  const one = nodeOf(scene);
  const node = () => (round % 2 === 0 ? one : nodeOf(scene));
  const begun = await scene.database.write(async (db) => {
    const target = await newTarget(db, scene, places, {
      proved: defence.proved(round),
      app: attack.app,
    });
    const defend = await defence.arm(db, scene, target);
    const thieves: Thief[] = [];
    for (let n = 0; n < THIEVES; n += 1) {
      const visitor = visitorFrom(node());
      thieves.push(await attack.arm(db, scene, target, visitor, n, defence.keeps ?? false));
    }
    return { target, defend, thieves };
  });
  const { target, defend, thieves } = begun;

  const acting = thieves.map(async ({ act }) => {
    // Most begin before the owner is done: those who come later have lost already.
    await sleep(Math.random() * (pace.thief + 0.7 * pace.owner));
    const started = performance.now();
    const heard = await act();
    if (heard.http === 200) pace.thief += (performance.now() - started - pace.thief) / 20;
    return heard;
  });
  await sleep((0.5 + Math.random()) * pace.thief);
  const started = performance.now();
  const isDone = await defend(node());
  pace.owner += (performance.now() - started - pace.owner) / 20;
  const after = await stateOf(scene, target);
  const heard = await Promise.all(acting);
  if (isDone) {
    assert.deepEqual(await stateOf(scene, target), after, 'what was written after the answer');
    await assertOver({ scene, attack, defence, target, thieves, round });
  }
  return { isDone, heard };
}
