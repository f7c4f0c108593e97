/**
 * Thieves at the running product, by hand: `node bench/attack.ts [rounds]`. Two nodes as processes
 * of their own on one PostgreSQL; eight with the old password sign in, change it and enable factors
 * while its owner takes it out of their hands. Ends with 1 if anything of the old proof is in force.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { openPostgres } from '../packages/server/src/database/postgres.ts';
import { identityKeys } from '../packages/server/src/people/keys.ts';
import { acceptance, ownChange, reset } from '../packages/server/src/testing/thieves/owners.ts';
import { raceProofs } from '../packages/server/src/testing/thieves/proof-races.ts';
import {
  type Attack,
  changes,
  enablings,
  signingIn,
} from '../packages/server/src/testing/thieves/thieves.ts';
import { end } from './child.ts';
import { openStage } from './stage.ts';

const MAIN = join(import.meta.dirname, '../packages/server/src/main.ts');

/** Of eight two change the password, three enable a factor, three sign in. */
const everything: Attack = {
  title: 'sign-ins, changes and enablings',
  app: 'waits',
  changes: true,
  arm(db, scene, target, visitor, n, armed) {
    if (n < 2) return changes.arm(db, scene, target, visitor, n * 2, armed);
    const attack = n < 5 ? enablings : signingIn;
    return attack.arm(db, scene, target, visitor, n - 2, armed);
  },
};

async function startNode(environment: Record<string, string>) {
  const child = spawn(process.execPath, [MAIN, 'start'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      output += chunk;
      const port = /is ready: http:\/\/localhost:(\d+)/.exec(output)?.[1];
      if (port) resolve(port);
    });
    void once(child, 'exit').then(() => reject(new Error(`a node ended early: ${output}`)));
  });
  const config = { baseDomain: 'localhost', publicScheme: 'http' as const };
  return { child, baseUrl: `http://127.0.0.1:${port}`, config };
}

async function main(rounds: number): Promise<void> {
  const secretKey = randomBytes(32).toString('base64url');
  const stage = await openStage();
  const database = openPostgres({ connection: stage.connection });
  const begin = (node: string) =>
    startNode({
      ...{ PORT: '0', RATE_LIMIT_RPS: '0', LOG_LEVEL: 'silent', TRUST_PROXY: 'loopback' },
      ...{ SECRET_KEY: secretKey, DATABASE_URL: stage.databaseUrl },
      DATA_DIR: join(stage.folder, node),
    });
  const nodes = [await begin('one'), await begin('two')];
  try {
    const scene = { nodes, database, keys: identityKeys([secretKey]) };
    for (const defence of [acceptance, reset, ownChange]) {
      let faults = 0;
      const onFault = (error: unknown) => {
        faults += 1;
        process.exitCode = 1;
        console.error(error);
      };
      console.log(await raceProofs({ scene, attack: everything, defence, rounds, onFault }));
      console.log(`${defence.title}: ${faults} of ${rounds} rounds left something in force`);
    }
  } finally {
    for (const { child } of nodes) await end(child);
    await database.close();
    await stage.close();
  }
}

await main(Number(process.argv[2] ?? 500));
