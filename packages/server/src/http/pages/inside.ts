/** Into an account: the only way to the gate, but for the live stream's. */
import { accountId } from '@switchboard/contract';
import { holdAccount, type Inside } from '../../agents/agent.ts';
import { noteArrival } from '../../agents/arrival.ts';
import { type Entered, enter } from '../../agents/gate.ts';
import type { Database, Db } from '../../database/database.ts';
import type { LiveStreams } from '../../events/live.ts';
import { Failure } from '../../failure.ts';
import type { Actor } from '../../operation.ts';
import { shareSession } from '../../people/sessions/session.ts';
import { sha256 } from '../../secret.ts';
import type { PageRequest } from './page-call.ts';
import type { WriteLimit } from './write-limit.ts';

export type InsideOptions = {
  database: Database;
  streams: LiveStreams;
  writeLimit: WriteLimit;
  /** First entries under way, by session and account: a page begins with many requests at once. */
  arrivals: Map<string, Promise<Entered>>;
  /** Mail may be due. */
  pokeMail(): void;
};

/** Reads inside an account. @throws Failure of the gate */
export async function readInside<T>(
  request: PageRequest,
  options: InsideOptions,
  read: (inside: Inside) => Promise<T>,
): Promise<T> {
  const { database } = options;
  const known = await database.read(async (db) => {
    const inside = insideOf(db, request, await pass(db, request));
    return inside.entered.isNew ? undefined : { answer: await read(inside) };
  });
  if (known) return known.answer;
  await arrive(request, options);
  return database.read(async (db) => read(insideOf(db, request, await pass(db, request))));
}

/**
 * Changes something inside an account. Account and session are held, so that a cut and a sign-out
 * wait or have come before.
 *
 * @throws Failure of the gate, or too_many_writes
 */
export async function writeInside<T>(
  request: PageRequest,
  options: InsideOptions,
  write: (inside: Inside) => Promise<T>,
): Promise<T> {
  const { server, accountId } = placeOf(request);
  // Nobody holds the account who may not even enter it.
  const { personId } = await come(request, options);
  options.writeLimit.take(personId);
  return options.database.write(async (db) => {
    await holdAccount(db, server, accountId);
    const answer = await write(insideOf(db, request, await pass(db, request)));
    await shareSession(db, request.token ?? '');
    return answer;
  });
}

/** Through the gate; the first time of a sign-in is recorded. @throws Failure of the gate */
export async function come(request: PageRequest, options: InsideOptions): Promise<Entered> {
  const entered = await options.database.read((db) => pass(db, request));
  return entered.isNew ? arrive(request, options) : entered;
}

/** Once for all who ask at a time: each would hold a connection and wait for the same account. */
function arrive(request: PageRequest, { database, arrivals }: InsideOptions): Promise<Entered> {
  const { server, accountId } = placeOf(request);
  const key = `${server}/${accountId} ${request.token ?? ''}`;
  const arriving =
    arrivals.get(key) ?? recordArrival(request, database).finally(() => arrivals.delete(key));
  arrivals.set(key, arriving);
  return arriving;
}

/** In a transaction of its own: it ends with the session held, which in the order comes last. */
const recordArrival = (request: PageRequest, database: Database): Promise<Entered> =>
  database.write(async (db) => {
    const { server, accountId } = placeOf(request);
    await holdAccount(db, server, accountId);
    const inside = insideOf(db, request, await pass(db, request));
    if (inside.entered.isNew) await noteArrival(inside, sha256(request.token ?? ''));
    return inside.entered;
  });

/** Through the gate. */
function pass(db: Db, request: PageRequest): Promise<Entered> {
  const { server, accountId } = placeOf(request);
  return enter(db, request.token, server, accountId);
}

/** @throws Failure not_found at the console, and for what cannot be an account's number */
export function placeOf({ site, request }: PageRequest): { server: string; accountId: number } {
  const { account_id } = request.params as { account_id?: string };
  const read = accountId.safeParse(account_id);
  if (site.server === undefined || !read.success) throw new Failure('not_found');
  return { server: site.server, accountId: read.data };
}

/** Who acts: the agent, or, in a session made by a login link, the partner who made it. */
function insideOf(db: Db, { request }: PageRequest, entered: Entered): Inside {
  const actor: Actor = entered.linkMaker ?? { kind: 'agent', id: String(entered.agentId) };
  return { db, entered, actor, address: request.ip, requestId: request.id };
}
