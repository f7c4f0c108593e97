/** One request on its way: what was sent → once → validated → the operation → the answer. */
import {
  BODY_LIMIT,
  type Endpoint,
  type EndpointName,
  okAnswer,
  type ReasonName,
  Refusal,
  type RefusalDetails,
  readRequest,
} from '@switchboard/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Letter } from '../../mail/message.ts';
import type { Caller, Context, Operation } from '../../operation.ts';
import { readSent, strayNames } from '../body/body.ts';
import { type Answered, refused, send } from './answers.ts';
import { actorOf, type CallOptions, ofPartner, surround } from './call-context.ts';
import { once, readKey, refuseKey, type Unit } from './idempotency.ts';
import { readIfMatch, toldOfTag } from './if-match.ts';
import { withoutSecrets, withSecrets } from './secrets.ts';
import { sendStream } from './stream.ts';

/** The JSON Schema that a route's answers are written with: nothing undeclared gets out. */
export const answerSchema = (endpoint: Endpoint): unknown =>
  z.toJSONSchema(okAnswer(endpoint), { target: 'draft-7', io: 'output' });

/**
 * Answers one request.
 *
 * @param caller who calls in the partner's name; undefined on the public and the operator's surface
 * @throws Refusal, DatabaseUnavailable, or a fault of ours
 */
export async function runCall(
  name: EndpointName,
  endpoint: Endpoint,
  request: FastifyRequest,
  reply: FastifyReply,
  options: CallOptions,
  caller: Caller | undefined,
): Promise<FastifyReply> {
  const { database, policy } = options;
  // Reading a long body costs as much as many short ones, whatever comes of it.
  const paid = Math.max(1, Math.ceil(((request.body as Buffer)?.length ?? 0) / BODY_LIMIT));
  options.owe?.(paid - 1);
  const sent = readSent(endpoint, request);
  refuseKey(endpoint, request.headers['idempotency-key']);
  const ignored: string[] = [];
  const operation = options.operations[name] as Operation<EndpointName>;
  const ifMatch = request.headers['if-match'];

  const cuts: [server: string, accountId: number][] = [];
  const letters: Letter[] = [];
  let owesMail = false;
  const afterwards = async () => {
    if (owesMail) options.pokeMail();
    for (const letter of letters) options.post(letter);
    // Together: each may be waited for as long as one stream takes to end.
    await Promise.all(cuts.map((account) => options.cut(...account)));
  };

  const contextOf = (unit?: Unit) => {
    const surroundings = surround(request, database, policy, actorOf(caller), unit, options);
    return {
      ...surroundings,
      ...(caller && ofPartner(caller, surroundings, options, request, reply)),
      cut: (...account: (typeof cuts)[number]) => void cuts.push(account),
      tell: (letter: Letter) => void letters.push(letter),
      mailIsOwed: () => {
        owesMail = true;
      },
      ifMatch: endpoint.revisioned ? readIfMatch(ifMatch) : undefined,
      refusal: (reason: ReasonName, details: RefusalDetails = {}) =>
        new Refusal(reason, reason === 'revision_mismatch' ? toldOfTag(details, ifMatch) : details),
    } as Context<EndpointName>;
  };
  const run = async (unit?: Unit) => {
    const strays = strayNames(endpoint, request, request.mode);
    const read = readRequest(endpoint, sent, request.mode);
    ignored.push(...strays, ...read.ignored);
    options.owe?.(costOf(endpoint, read.input) - paid);
    return operation(read.input as never, contextOf(unit));
  };
  const written = (answer: object): Answered => {
    const body = { status: 'OK', reason: 1, ...answer, ...(ignored.length > 0 && { ignored }) };
    const revision = 'revision' in answer ? `"${answer.revision}"` : undefined;
    const kept = withoutSecrets(endpoint, body);
    return {
      ...{ http: 200, etag: revision, text: serialize(reply, body) },
      kept: kept && serialize(reply, kept),
    };
  };

  const key = endpoint.idempotent && readKey(request.headers['idempotency-key']);
  if (key && caller) {
    const call = {
      ...{ partnerId: caller.partnerId, actor: actorOf(caller).id },
      ...{ key, call: name, body: request.body as Buffer },
    };
    const kept = await once(
      database,
      options.secretKeys,
      call,
      async (unit) => written(await run(unit)),
      (refusal) => refused(refusal, request.mode, request.id),
    );
    await afterwards();
    if (!kept.replayed) return send(reply, kept);
    reply.header('idempotent-replayed', 'true');
    const current = (asked: EndpointName) =>
      (options.operations[asked] as Operation<EndpointName>)({} as never, contextOf());
    return send(reply, { ...kept, text: await withSecrets(endpoint, kept.text, current) });
  }
  const answer = await run();
  await afterwards();
  return Symbol.asyncIterator in answer
    ? sendStream(reply, endpoint, answer, ignored)
    : send(reply, written(answer));
}

/** Requests that a call costs the rate limit. */
function costOf({ costs }: Endpoint, input: Record<string, unknown>): number {
  const items = costs && input[costs.list];
  return costs && Array.isArray(items) ? Math.ceil(items.length / costs.each) : 1;
}

function serialize(reply: FastifyReply, body: object): string {
  const write = reply.getSerializationFunction('200') as (body: object) => string;
  return write(body);
}
