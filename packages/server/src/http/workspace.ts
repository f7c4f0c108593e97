/**
 * `/api/workspace`: the routes into an account. Each of them goes through `inside`, the only caller
 * of the gate but the live stream's; a route that is declared without it is refused at once.
 */
import {
  agentChange,
  agentInvitation,
  logQuery,
  readOnlySettings,
  settingsChange,
} from '@switchboard/contract';
import type { FastifyInstance } from 'fastify';
import { updateSettings } from '../accounts/update-settings.ts';
import { holdAccount, type Inside, listAgents } from '../agents/agent.ts';
import { type Entered, enter } from '../agents/gate.ts';
import { inviteAgain, inviteAgent } from '../agents/invite-agent.ts';
import { removeAgent } from '../agents/remove-agent.ts';
import { updateAgent } from '../agents/update-agent.ts';
import { listAccountsOfPerson, workspaceState } from '../agents/workspace.ts';
import type { Db } from '../database/database.ts';
import type { LiveStreams } from '../events/live.ts';
import { readLog } from '../events/log.ts';
import { Failure } from '../failure.ts';
import type { Actor } from '../operation.ts';
import { shareSession } from '../people/session.ts';
import { readJsonObject } from './body.ts';
import { sendLive } from './live.ts';
import {
  addPageCalls,
  type Handler,
  type PageOptions,
  type PageRequest,
  readBody,
  readQuery,
} from './page-call.ts';
import type { WriteLimit } from './write-limit.ts';

export type WorkspaceOptions = PageOptions & {
  streams: LiveStreams;
  writeLimit: WriteLimit;
  /** Mail may be due. */
  pokeMail(): void;
};

const BELOW = '/api/workspace/';
const ACCOUNT = `${BELOW}:account_id`;

export function addWorkspaceRoutes(server: FastifyInstance, options: WorkspaceOptions): void {
  const { database, streams, writeLimit } = options;
  const guarded = new WeakSet<Handler>();
  server.addHook('onRoute', ({ url, config }) => {
    const handlers = Object.values(config?.handlers ?? {});
    const passes = handlers.length > 0 && handlers.every((handler) => guarded.has(handler));
    if (url.startsWith(BELOW) && !passes)
      throw new Error(`${url} would be reached without passing the gate.`);
  });
  const guard = (handler: Handler): Handler => {
    guarded.add(handler);
    return handler;
  };

  /** Reads inside an account. */
  const reads = (read: (db: Db, inside: Inside, call: PageRequest) => Promise<object>) =>
    guard((call) =>
      database.read(async (db) => read(db, insideOf(call, await pass(db, call)), call)),
    );

  /**
   * Changes something inside an account. Account and session are held, so that a cut and a sign-out
   * wait or have come before.
   */
  const writes = (write: (db: Db, inside: Inside, call: PageRequest) => Promise<object>) =>
    guard(async (call) => {
      const { server, accountId } = placeOf(call);
      // Nobody holds the account who may not even enter it.
      const { personId } = await database.read((db) => pass(db, call));
      writeLimit.take(personId);
      const answer = await database.write(async (db) => {
        await holdAccount(db, server, accountId);
        const made = await write(db, insideOf(call, await pass(db, call)), call);
        await shareSession(db, call.token ?? '');
        return made;
      });
      streams.look(server, accountId);
      options.pokeMail();
      return answer;
    });

  addPageCalls(server, options, '/api/workspace', {
    GET: ({ token, site }) =>
      database.read((db) => listAccountsOfPerson(db, token, requireOnline(site.realm))),
  });
  addPageCalls(server, options, ACCOUNT, {
    GET: reads(async (_db, { entered }) => workspaceState(entered)),
  });
  addPageCalls(server, options, `${ACCOUNT}/live`, {
    GET: guard((call) => sendLive(call, placeOf(call), (db) => pass(db, call), options)),
  });
  addPageCalls(server, options, `${ACCOUNT}/settings`, {
    PATCH: writes((db, inside, { request }) => {
      refuseReadOnly(readJsonObject(request.body as Buffer | undefined));
      return updateSettings(db, inside, readBody(request, settingsChange));
    }),
  });
  addPageCalls(server, options, `${ACCOUNT}/agents`, {
    GET: reads(listAgents),
    POST: writes((db, inside, { request }) =>
      inviteAgent(db, inside, readBody(request, agentInvitation)),
    ),
  });
  addPageCalls(server, options, `${ACCOUNT}/agents/:agent_id`, {
    PATCH: writes((db, inside, call) =>
      updateAgent(db, inside, agentIn(call), readBody(call.request, agentChange).role),
    ),
    DELETE: writes(async (db, inside, call) => {
      await removeAgent(db, inside, agentIn(call));
      return {};
    }),
  });
  addPageCalls(server, options, `${ACCOUNT}/agents/:agent_id/invitation`, {
    POST: writes(async (db, inside, call) => {
      await inviteAgain(db, inside, agentIn(call));
      return {};
    }),
  });
  addPageCalls(server, options, `${ACCOUNT}/log`, {
    GET: reads((db, { entered }, { request }) =>
      readLog(db, entered, readQuery(request, logQuery)),
    ),
  });
}

/** Through the gate. */
function pass(db: Db, call: PageRequest): Promise<Entered> {
  const { server, accountId } = placeOf(call);
  return enter(db, call.token, server, accountId);
}

/** @throws Failure not_found at the console, and for what cannot be an account's number */
function placeOf({ site, request }: PageRequest): { server: string; accountId: number } {
  const { account_id = '' } = request.params as { account_id?: string };
  if (site.server === undefined || !/^0*[1-9]\d{0,6}$/.test(account_id))
    throw new Failure('not_found');
  return { server: site.server, accountId: Number(account_id) };
}

/** @throws Failure not_found */
function agentIn({ request }: PageRequest): number {
  const { agent_id = '' } = request.params as { agent_id?: string };
  if (!/^[1-9]\d{0,6}$/.test(agent_id)) throw new Failure('not_found');
  return Number(agent_id);
}

function requireOnline(realm: PageRequest['site']['realm']) {
  if (realm === 'console') throw new Failure('not_found');
  return realm;
}

/** Who acts: the agent, or, in a session made by a login link, the partner who made it. */
function insideOf({ request }: PageRequest, entered: Entered): Inside {
  const actor: Actor =
    entered.linkClientId === undefined
      ? { kind: 'agent', id: String(entered.agentId) }
      : { kind: 'credential', id: entered.linkClientId };
  return { entered, actor, address: request.ip, requestId: request.id };
}

function refuseReadOnly(sent: Readonly<Record<string, unknown>>): void {
  const parameter = readOnlySettings.find((name) => Object.hasOwn(sent, name));
  if (parameter) throw new Failure('read_only', { parameter });
}
