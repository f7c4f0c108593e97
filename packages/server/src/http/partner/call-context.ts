/** What operations get: the request, the database, and who calls, confirmed where it matters. */
import {
  type EndpointName,
  type ReasonName,
  Refusal,
  type RefusalDetails,
} from '@switchboard/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type Database,
  type Db,
  type GatheredStatement,
  runAlone,
} from '../../database/database.ts';
import type { FeedWaits } from '../../events/feed/feed-waits.ts';
import type { Letter } from '../../mail/message.ts';
import { confirmInTurn, holdInTurn, holdMember } from '../../members/authority.ts';
import type {
  Actor,
  Caller,
  Context,
  EventHeard,
  Operations,
  Policy,
  Push,
  Pushed,
  Surroundings,
} from '../../operation.ts';
import { holdToken } from '../../partners/credentials/access-token.ts';
import { takeTurn } from '../../partners/turn.ts';
import { isBehindUnknownProxy } from '../address.ts';
import { noteFault } from '../fault.ts';
import type { Unit } from './idempotency.ts';

export type CallOptions = {
  database: Database;
  operations: Operations;
  policy: Policy;
  secretKeys: readonly string[];
  trustsProxy: boolean;
  /** Seal the secrets of webhooks. */
  webhookKeys: readonly Buffer[];
  /** Sends to a partner's address what somebody waits for. */
  pushNow(partnerId: number, push: Push): Promise<Pushed>;
  /** Who waits on this node for events. */
  feedWaits: FeedWaits;
  /** Mails one of a partner's people. */
  post(letter: Letter): void;
  /** A letter may be owed to somebody. */
  pokeMail(): void;
  /** Ends an account's live streams on this node. */
  cut(server: string, accountId: number): Promise<void>;
  /** Takes from the caller's rate limit what the call costs beyond the one request. */
  owe?(requests: number): void;
};

/** What operations get of the request and the database; with a unit, all writes go into it. */
export function surround(
  request: FastifyRequest,
  database: Database,
  policy: Policy,
  actor: Actor,
  unit: Unit | undefined,
  { trustsProxy }: Pick<CallOptions, 'trustsProxy'>,
): Surroundings {
  return {
    actor,
    address: request.ip,
    addressShared: isBehindUnknownProxy(request, trustsProxy),
    requestId: request.id,
    policy,
    read: database.read,
    write: unit ? (work) => unit.write(work) : database.write,
    writeApart: database.write,
    gathered: unit
      ? (statement, input) => unit.write((db) => runAlone(db, statement, input))
      : database.gathered,
  };
}

/** What a member's call that only reads gets, where it is no request of its own. */
export const readingContext = <N extends EndpointName>(
  request: FastifyRequest,
  options: CallOptions,
  caller: Caller,
): Context<N> =>
  ({
    ...surround(request, options.database, options.policy, actorOf(caller), undefined, options),
    ...{ partnerId: caller.partnerId, caller },
    refusal: (reason: ReasonName, details: RefusalDetails = {}) => new Refusal(reason, details),
  }) as unknown as Context<N>;

/** Whoever calls has the right to at the moment of the change, not only when the call began. */
export const ofPartner = (
  caller: Caller,
  { write }: Surroundings,
  { database, webhookKeys, pushNow, feedWaits }: CallOptions,
  request: FastifyRequest,
  reply: FastifyReply,
) => ({
  partnerId: caller.partnerId,
  caller,
  webhookKeys,
  gatheredMany: <In, Out>(statement: GatheredStatement<In, Out>, inputs: readonly In[]) =>
    database.gatheredMany(statement, inputs, caller.partnerId),
  noteFault: (error: unknown) => noteFault(request, error, 500),
  pushNow: (push: Push) => pushNow(caller.partnerId, push),
  waitForEvents: (wants: (event: EventHeard) => boolean, seconds: number) =>
    feedWaits.begin(caller.partnerId, wants, seconds, (end) => void reply.raw.once('close', end)),
  write: <T>(work: (db: Db) => Promise<T>) =>
    write(async (db) => {
      if (caller.kind === 'credential') await holdToken(db, caller.tokenHash);
      const made = await work(db);
      if (caller.kind === 'member') await holdMember(db, caller);
      return made;
    }),
  writeInTurn: <T>(work: (db: Db) => Promise<T>) =>
    write(async (db) => {
      await takeTurn(db, caller.partnerId);
      if (caller.kind === 'credential') await holdToken(db, caller.tokenHash);
      else await confirmInTurn(db, caller);
      const made = await work(db);
      if (caller.kind === 'member') await holdInTurn(db, caller);
      return made;
    }),
});

export function actorOf(caller: Caller | undefined): Actor {
  if (!caller) return { kind: 'operator', id: 'operator' };
  return caller.kind === 'member'
    ? { kind: 'person', id: caller.personId }
    : { kind: 'credential', id: caller.clientId };
}
