/** Stands in for pgbench: clients that run the service's statement one after the other. */
import { updateAccountStatements } from '../packages/server/src/accounts/updating/update-account-statement.ts';
import { openPostgres } from '../packages/server/src/database/postgres.ts';
import { sha256 } from '../packages/server/src/secret.ts';
import { ACCOUNTS, SERVER, type Stage } from './stage.ts';

export type LoopPlan = {
  connection: Stage['connection'];
  token: string;
  clients: number;
  seconds: number;
};

const plan: LoopPlan = JSON.parse(process.argv[2] ?? '');
const { pool } = openPostgres({ connection: plan.connection, connections: plan.clients });
const {
  lean: { name, text },
  bind,
} = updateAccountStatements.credential;
const tokenHash = sha256(plan.token);

const change = () => ({
  caller: { kind: 'credential' as const, tokenHash },
  server: SERVER,
  accountId: 1 + Math.floor(Math.random() * ACCOUNTS),
  accountName: String(Math.random()),
  accountStatus: undefined,
  statusReason: undefined,
  builderUrl: undefined,
  ifMatch: undefined,
  address: '127.0.0.1',
  requestId: 'loop',
});

const until = performance.now() + plan.seconds * 1000;
let done = 0;
await Promise.all(
  Array.from({ length: plan.clients }, async () => {
    const client = await pool.connect();
    while (performance.now() < until) {
      await client.query({ name, text, values: bind([change()], true) });
      done += 1;
    }
    client.release();
  }),
);
process.send?.(done / plan.seconds);
await pool.end();
