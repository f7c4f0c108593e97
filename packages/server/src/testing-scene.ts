/** For tests: thieves and owners at two nodes, behind a proxy that they trust. */
import { before, describe, test } from 'node:test';
import { identityKeys } from './people/keys.ts';
import { hashCost } from './people/password.ts';
import { startService, type TestService } from './testing.ts';
import type { Defence } from './testing-owners.ts';
import { raceProofs } from './testing-proof-races.ts';
import { PAIR_ROUNDS } from './testing-races.ts';
import type { Scene } from './testing-target.ts';
import type { Attack } from './testing-thieves.ts';

export async function startScene(): Promise<Scene & { first: TestService }> {
  const environment = { TRUST_PROXY: 'loopback' };
  const first = await startService({ environment });
  const second = await startService({ environment, beside: first });
  // What is in flight while a hash is made is what these tests are about.
  Object.assign(hashCost, { memoryCost: 19_456, timeCost: 2 });
  const keys = identityKeys(first.config.secretKeys ?? []);
  return { first, nodes: [first, second], database: first.database, keys };
}

/** A test for each defence; each prints what came of its rounds. */
export function testRaces(attack: Attack, defences: readonly Defence[]): void {
  describe(`${attack.title}, ${PAIR_ROUNDS} rounds each on one node and across two,`, () => {
    let scene: Scene;
    before(async () => {
      scene = await startScene();
    });
    for (const defence of defences)
      test(`leave nothing in force once ${defence.title} is answered`, async (t) => {
        t.diagnostic(await raceProofs({ scene, attack, defence, rounds: PAIR_ROUNDS }));
      });
  });
}
