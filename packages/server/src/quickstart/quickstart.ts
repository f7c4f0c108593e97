/**
 * The quick start: on an empty database a server, a partner with a credential and a console login,
 * and account 8 with one administrator. All secrets are random; they are in
 * `DATA_DIR/quickstart.json`, for its owner alone, until `switchboard quickstart remove`.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { createAccount } from '../accounts/create-account.ts';
import type { Database, Db } from '../database/database.ts';
import { record } from '../events/event.ts';
import type { Context, Policy, Surroundings } from '../operation.ts';
import { addSecret, newClientId } from '../partners/credentials/credential.ts';
import { hashPassword } from '../people/passwords/password.ts';
import { createPerson } from '../people/person.ts';
import { sweepPrivateFile, writePrivateFile } from '../private-file.ts';

export type Quickstart = {
  base_url: string;
  client_id: string;
  client_secret: string;
  account_id: number;
  server: string;
  agent_email: string;
  agent_password: string;
  console_email: string;
  console_password: string;
};

// The source page's own example.
const SERVER = 'online';
const ACCOUNT_ID = 8;

export const quickstartFile = (dataDir: string): string => join(dataDir, 'quickstart.json');

/** Another node set it up meanwhile, on the same database. */
class AlreadyMade extends Error {}

/** Sets the quick start up, all of it or nothing; undefined when the database is not empty. */
export async function setUpQuickstart(
  database: Database,
  dataDir: string,
  baseUrl: string,
  policy: Policy,
): Promise<Quickstart | undefined> {
  const [used] = await database.read((db) =>
    db.query(sql`select from servers union all select from partners limit 1`),
  );
  if (used) return undefined;
  const people = {
    agent_email: 'agent@example.com',
    agent_password: newPassword(),
    console_email: 'partner@example.com',
    console_password: newPassword(),
  };
  const consoleHash = await hashPassword(people.console_password);
  let made: Quickstart | undefined;

  const ctx = {
    actor: { kind: 'system', id: 'quickstart' },
    address: 'local',
    requestId: 'quickstart',
    policy,
    refusal: (reason, details) => new Refusal(reason, details),
    // The operation hashes first and then writes: everything else is made in that transaction.
    write: (work) =>
      database.write(async (db) => {
        const { partnerId, credentialId, ...credential } = await makePartner(db, ctx);
        ctx.partnerId = partnerId;
        const answer = await work(db);
        await makeMember(db, ctx, people.console_email, consoleHash);
        await db.query(sql`
          insert into quickstart (credential_id, person_ids)
          select ${credentialId}, array_agg(id) from persons
          where email in (${people.agent_email}, ${people.console_email})`);
        const account = { account_id: ACCOUNT_ID, server: SERVER };
        made = { base_url: baseUrl, ...credential, ...account, ...people };
        // Before the commit: secrets that were made are never lost.
        writeQuickstart(dataDir, made);
        return answer;
      }),
  } as Context<'createAccount'>;

  await createAccount(firstAccount(people), ctx).catch((error: unknown) => {
    if (!(error instanceof AlreadyMade)) throw error;
  });
  return made;
}

const firstAccount = (people: { agent_email: string; agent_password: string }) => ({
  account_name: 'My Account',
  agents: 10,
  inboxes: 5,
  admin_email: people.agent_email,
  admin_name: 'First Administrator',
  admin_displayName: 'Administrator',
  admin_password: people.agent_password,
  server: SERVER,
});

async function makePartner(db: Db, ctx: Surroundings) {
  const [server] = await db.query(sql`
    insert into servers (name, is_main, next_account_id) values (${SERVER}, true, ${ACCOUNT_ID})
    on conflict do nothing
    returning name`);
  if (!server) throw new AlreadyMade();
  const [partner] = await db.query<{ partner_id: number }>(sql`
    insert into partners (name) values ('Quick start') returning partner_id`);
  const partnerId = partner?.partner_id ?? 0;
  const client_id = newClientId();
  const [credential] = await db.query<{ credential_id: number }>(sql`
    insert into credentials (partner_id, client_id, label, mode)
    values (${partnerId}, ${client_id}, 'Quick start', ${ctx.policy.mode})
    returning credential_id`);
  const credentialId = credential?.credential_id ?? 0;
  await record(db, ctx, { type: 'server.created', partnerId: null, subject: SERVER });
  await record(db, ctx, { type: 'partner.created', partnerId });
  await record(db, ctx, { type: 'credential.created', partnerId, subject: client_id });
  return { partnerId, credentialId, client_id, client_secret: await addSecret(db, credentialId) };
}

async function makeMember(
  db: Db,
  ctx: Context<'createAccount'>,
  email: string,
  passwordHash: string,
) {
  const memberId = await createPerson(db, { email, name: 'Partner', passwordHash });
  await db.query(sql`
    insert into members (partner_id, person_id, role, state, member_name, joined_at)
    values (${ctx.partnerId}, ${memberId}, 'administrator', 'open', 'Partner', now())`);
  await record(db, ctx, {
    type: 'member.created',
    partnerId: ctx.partnerId,
    ...(memberId !== undefined && { subject: memberId }),
  });
}

/** The quick start's file, its `base_url` brought up to date; undefined when there is none. */
export function readQuickstart(dataDir: string, baseUrl: string): Quickstart | undefined {
  try {
    const text = readFileSync(quickstartFile(dataDir), 'utf8');
    const quickstart = { ...(JSON.parse(text) as Quickstart), base_url: baseUrl };
    if (!text.includes(`"base_url": ${JSON.stringify(baseUrl)}`))
      writeQuickstart(dataDir, quickstart);
    return quickstart;
  } catch {
    return undefined;
  }
}

/** Whether the quick start's secrets are in force. */
export async function isQuickstartActive(database: Database): Promise<boolean> {
  const rows = await database.read((db) => db.query(sql`select from quickstart`));
  return rows.length > 0;
}

function writeQuickstart(dataDir: string, quickstart: Quickstart): void {
  const file = quickstartFile(dataDir);
  sweepPrivateFile(file);
  writePrivateFile(file, `${JSON.stringify(quickstart, null, 2)}\n`);
}

/** 18 random characters of every class that createAccount asks for. */
function newPassword(): string {
  const mark = '!#$%*+-?'[randomInt(8)];
  return `Aa${mark}${randomBytes(11).toString('base64url')}`;
}
