/** For tests: thieves and owners at two nodes, behind a proxy that they trust. */
import { before, describe, test } from 'node:test';
import { identityKeys } from '../../people/keys.ts';
import { hashCost } from '../../people/passwords/password.ts';
import { PAIR_ROUNDS } from '../races.ts';
import { startService, type TestService } from '../service.ts';
import type { Defence } from './owners.ts';
import { raceProofs } from './proof-races.ts';
import type { Scene } from './target.ts';
import type { Attack } from './thieves.ts';

export async function startScene(): Promise<Scene & { first: TestService }> {
  const environment = { TRUST_PROXY: 'loopback' };
  const first = await startService({ environment });
  const second = await startService({ environment, beside: first });
  const keys = identityKeys(first.config.secretKeys ?? []);
  return { first, nodes: [first, second], database: first.database, keys };
}

/** A test for each defence; each prints what came of its rounds. */
export function testRaces(attack: Attack, defences: readonly Defence[]): void {
  describe(`${attack.title}, ${PAIR_ROUNDS} rounds each on one node and across two,`, () => {
    let scene: Scene;
    before(async () => {
      // What is in flight while a hash is made is what these tests are about.
      Object.assign(hashCost, { memoryCost: 19_456, timeCost: 2 });
      scene = await startScene();
    });
    for (const defence of defences)
      test(`leave nothing in force once ${defence.title} is answered`, async (t) => {
        t.diagnostic(await raceProofs({ scene, attack, defence, rounds: PAIR_ROUNDS }));
      });
  });
}
