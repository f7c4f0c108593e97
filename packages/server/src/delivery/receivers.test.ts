/** The receivers of docs/webhooks.md, run as they stand there. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { Webhook } from 'standardwebhooks';

const ROOT = resolve(import.meta.dirname, '../../../..');
const PAGE = readFileSync(join(ROOT, 'docs/webhooks.md'), 'utf8');
const newSecret = (byte: number) => `whsec_${Buffer.alloc(24, byte).toString('base64')}`;
const [OLD, NEW, OTHER] = [newSecret(1), newSecret(2), newSecret(3)];

const python = spawnSync('python3', ['--version']).error === undefined;
if (!python)
  process.emitWarning('python3 is not here: the receiver in Python of docs/webhooks.md is not run');

const receivers = [
  { name: 'node', command: process.execPath, file: 'receiver.mjs' },
  ...(python ? [{ name: 'python', command: 'python3', file: 'receiver.py' }] : []),
];

const eventOf = (event_id: number, account_name: string) => ({
  type: 'account.updated',
  timestamp: new Date().toISOString(),
  data: {
    ...{ event_id, account_id: 8, server: 'online', reference: '', account_name },
    ...{ changes: {}, actor: { kind: 'credential', id: 'swb_ci_x' }, revision: event_id },
  },
});

type Sent = { id: string; body: object; secrets?: string[]; ageSeconds?: number };

for (const { name, command, file } of receivers)
  describe(`the receiver in docs/webhooks.md for ${name}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'switchboard-receiver-'));
    let receiver: ChildProcess;
    let url: string;

    before(async () => {
      writeFileSync(join(folder, file), blockOf(name));
      symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
      receiver = spawn(command, [file], {
        cwd: folder,
        env: { ...process.env, PORT: '0', WEBHOOK_SECRET: `${NEW},${OLD}` },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      url = `http://127.0.0.1:${await portOf(receiver)}/`;
    });
    after(async () => {
      const gone = once(receiver, 'exit');
      receiver.kill('SIGKILL');
      await gone;
      rmSync(folder, { recursive: true });
    });

    async function push({ id, body, secrets = [NEW], ageSeconds = 0 }: Sent, sent?: string) {
      const at = new Date(Date.now() - ageSeconds * 1000);
      const text = JSON.stringify(body);
      const signatures = secrets.map((secret) => new Webhook(secret).sign(id, at, text));
      const headers = {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': signatures.join(' '),
      };
      return (await fetch(url, { method: 'POST', headers, body: sent ?? text })).status;
    }

    /** What it keeps of account 8. */
    function kept(): string | undefined {
      const db = new DatabaseSync(join(folder, 'webhooks.db'));
      try {
        return db.prepare('select name from accounts').get()?.name as string | undefined;
      } finally {
        db.close();
      }
    }

    test('takes what is signed with any of its secrets, and types of later versions', async () => {
      assert.equal(await push({ id: 'evt_1', body: eventOf(1, 'אחת') }), 204);
      assert.equal(kept(), 'אחת');
      assert.equal(await push({ id: 'evt_2', body: eventOf(2, 'Two'), secrets: [OLD] }), 204);
      const both = { id: 'evt_3', body: eventOf(3, 'Three'), secrets: [OTHER, NEW] };
      assert.equal(await push(both), 204);
      assert.equal(kept(), 'Three');
      const later = { ...eventOf(4, 'Four'), type: 'line.held' };
      assert.equal(await push({ id: 'evt_4', body: later }), 204);
      const data = { type: 'webhook.test', timestamp: later.timestamp, data: {} };
      assert.equal(await push({ id: 'evt_5', body: data }), 204);
      assert.equal(kept(), 'Three');
    });

    test('acts once for an id however often it comes, and leaves older news', async () => {
      assert.equal(await push({ id: 'evt_10', body: eventOf(10, 'Ten') }), 204);
      const again = { id: 'evt_10', body: eventOf(11, 'Not again') };
      assert.deepEqual(await Promise.all([push(again), push(again), push(again)]), [204, 204, 204]);
      assert.equal(await push({ id: 'evt_9', body: eventOf(9, 'Older') }), 204);
      assert.equal(kept(), 'Ten');
    });

    test('refuses what is wrongly signed, old, of the future, or another body', async () => {
      const body = eventOf(20, 'Forged');
      const refused = [
        await push({ id: 'evt_20', body, secrets: [OTHER] }),
        await push({ id: 'evt_20', body, secrets: [] }),
        await push({ id: 'evt_20', body, ageSeconds: 330 }),
        await push({ id: 'evt_20', body, ageSeconds: -330 }),
        await push({ id: 'evt_20', body: eventOf(20, 'Sent') }, JSON.stringify(body)),
        await push({ id: '', body }),
        (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).status,
      ];
      assert.deepEqual(refused, Array(7).fill(400));
      assert.notEqual(kept(), 'Forged');
      assert.equal(await push({ id: 'evt_20', body: eventOf(20, 'True') }), 204);
      assert.equal(kept(), 'True');
    });
  });

/** What it says once it listens. */
async function portOf({ stdout }: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: stdout ?? assert.fail() })) {
    const port = /^Listening on port (\d+)$/.exec(line)?.[1];
    if (port) return port;
  }
  return assert.fail('it ended');
}

/** The code under `<!-- receiver: name -->`. */
function blockOf(name: string): string {
  const block = new RegExp(`<!-- receiver: ${name} -->\\s*\`\`\`\\w+\\n(.*?)\`\`\``, 's');
  return block.exec(PAGE)?.[1] ?? assert.fail(`no receiver for ${name}`);
}
