/**
 * `"$(node scripts/node24.cjs)" bench/sign-in-crowd.ts URL EMAIL PASSWORD [crowd]`: how long a
 * sign-in from 127.0.0.1 takes while as many wrong ones as `crowd` are in flight from 127.0.0.2, at
 * a service that runs on this machine (the quick start's agent will do). Linux only.
 */
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const CROWD = 1_500;
const ROUNDS = 10;

type Outcome = { status: number | 'refused'; ms: number };

const [base = '', email = '', password = '', crowdSize = CROWD] = process.argv.slice(2);
const { port } = new URL(base);

function signIn(from: string, name: string, typed: string): Promise<Outcome> {
  const began = performance.now();
  const body = JSON.stringify({ email: name, password: typed });
  return new Promise((resolve) => {
    const done = (status: Outcome['status']) => resolve({ status, ms: performance.now() - began });
    const outgoing = request(
      {
        ...{ host: '127.0.0.1', port, localAddress: from, agent: false, method: 'POST' },
        path: '/api/auth/sign-in/email',
        headers: { host: `online.localhost:${port}`, 'content-length': Buffer.byteLength(body) },
      },
      (answer) => answer.resume().on('end', () => done(answer.statusCode ?? 0)),
    );
    outgoing.on('error', () => done('refused'));
    outgoing.end(body);
  });
}

const counted = (outcomes: Outcome[]): string =>
  Object.entries(Object.groupBy(outcomes, ({ status }) => String(status)))
    .map(([status, some = []]) => `${some.length} × ${status}`)
    .join(', ');

const alone = await signIn('127.0.0.1', email, password);
process.stdout.write(`alone: ${alone.status} in ${Math.round(alone.ms)} ms\n`);
for (let round = 1; round <= ROUNDS; round++) {
  const crowd = Array.from({ length: Number(crowdSize) }, (_, n) =>
    signIn('127.0.0.2', `nobody-${round}-${n}@example.com`, 'Wrong-Horse1'),
  );
  await sleep(100);
  const own = await signIn('127.0.0.1', email, password);
  const answers = await Promise.all(crowd);
  process.stdout.write(
    `round ${round}: somebody else's ${own.status} in ${Math.round(own.ms)} ms; the crowd's ${counted(answers)}\n`,
  );
}
