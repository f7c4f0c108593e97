/** What an endpoint is: one object from which route, validation, SDK, command and OpenAPI derive. */
import { z } from 'zod';
import type { MemberRole } from './members.ts';
import type { ReasonName } from './reasons.ts';

export type Parameter<
  S extends z.ZodType = z.ZodType,
  R extends ReasonName = ReasonName,
  O extends boolean = boolean,
  A extends string | undefined = string | undefined,
> = {
  schema: S;
  /** The reason that a missing or wrong value answers with. */
  reason: R;
  optional: O;
  /** Ends the sentence "it must be …". */
  rule: string;
  /** For the reference: what it is, where name and rule leave that open. A sentence. */
  about?: string | undefined;
  /** For the reference: a value as a client would send it. */
  example?: z.input<S> | undefined;
  /** Another spelling that is accepted for the same parameter. */
  alias?: A | undefined;
  /** Says what is wrong with a value that the schema refuses, as "is 2"; undefined if as always. */
  explain?(value: unknown): string | undefined;
  /** Judges the value beside the parameters before it; answers what is wrong, as "is missing". */
  check?(value: z.output<S> | undefined, before: Record<string, unknown>): string | undefined;
  /** Of a list: what each of its objects holds, which the operation reads one by one. */
  each?: Listed | undefined;
};

/** The objects of a list, each judged by itself as a request is. */
type Listed = { most: number } & Judged;

/** What a request is read by. */
export type Judged = Pick<Call, 'request' | 'slips' | 'lenient' | 'tellsAllErrors'>;

type ParameterOptions<S extends z.ZodType, O extends boolean, A extends string | undefined> = {
  rule: string;
  about?: string;
  optional?: O;
  example?: z.input<S>;
  alias?: A;
  explain?(value: unknown): string | undefined;
  check?(value: z.output<S> | undefined, before: Record<string, unknown>): string | undefined;
  each?: Listed;
};

/**
 * One parameter of a request. A field that fails answers with its own reason, so none can be
 * declared without one.
 */
export function parameter<
  S extends z.ZodType,
  const R extends ReasonName,
  const O extends boolean = false,
  const A extends string | undefined = undefined,
>(schema: S, reason: R, options: ParameterOptions<S, O, A>): Parameter<S, R, O, A> {
  return { ...options, schema, reason, optional: (options.optional ?? false) as O };
}

type Parameters = Readonly<Record<string, Parameter>>;

export type Endpoint = Call & (OfPartner | OfOthers);

type OfPartner = {
  /** Called by a partner: with its token, or by its people in the console. */
  surface: 'partner';
  /** Which of its people may. */
  roles: readonly MemberRole[];
  /**
   * They must have given their password in the last 10 minutes: it shows a secret, or changes which
   * ones work.
   */
  asksPassword?: true;
};
type OfOthers = {
  /** Anybody (the access token itself), or the operator. */
  surface: 'public' | 'operator';
  roles?: never;
  asksPassword?: never;
};

type Call = {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  effect: 'read' | 'write';
  /** One line, in the imperative. */
  summary: string;
  /** For the reference, in Markdown. */
  description?: string;
  /** In the documented order, which is the order of the checks. */
  request: Parameters;
  /**
   * For the reference: whole requests by name, in place of one with every parameter's example. The
   * first stands ready to be sent, so it must do no harm.
   */
  exampleRequests?: Readonly<Record<string, { summary: string; value: object }>>;
  /** The payload beside `status` and `reason`, in the order of the wire. */
  answer: z.ZodObject;
  /** For the reference: an answer's payload. */
  exampleAnswer?: Readonly<Record<string, unknown>>;
  /** Refusals beyond those of the parameters and those that every call shares. */
  reasons: readonly ReasonName[];
  /** `Idempotency-Key` is honoured. */
  idempotent?: boolean;
  /** An `Idempotency-Key` is refused: its sender believes that nothing is done twice. */
  refusesKey?: true;
  /** Bytes of its body at most, where those are not `BODY_LIMIT`. */
  bodyLimit?: number;
  /** It costs the rate limit one request for so many of a list's items begun. */
  costs?: { list: string; each: number };
  /**
   * Secrets that no stored answer may hold: a replay asks the named endpoint, which takes no
   * parameters, for what these fields of its answer hold then.
   */
  keptWithout?: { fields: readonly string[]; from: string };
  /** `If-Match` is honoured; the answer's `revision` becomes the `ETag`. */
  revisioned?: boolean;
  /** Its own statement proves the token: nothing needs to be asked before it. */
  confirmsToken?: true;
  /** A refusal names everything that is wrong with the request, in `errors`. */
  tellsAllErrors?: boolean;
  /** Unknown parameters are dropped even in mode `strict`. */
  lenient?: boolean;
  /** Extra words that some clients send by mistake: parameter → the reason it is refused with. */
  slips?: Readonly<Record<string, { instead: string; reason: ReasonName }>>;
  /** The operator's command, such as `server create`. */
  command?: string;
};

/** Declares an endpoint; the types of its request, answer and reasons are kept literally. */
export function endpoint<const E extends Endpoint>(declaration: E): E {
  return declaration;
}

type Sent<P extends Parameters, Side extends 'input' | 'output'> = {
  [K in keyof P as P[K]['optional'] extends true ? never : K]: ValueOf<P[K], Side>;
} & {
  [K in keyof P as P[K]['optional'] extends true ? K : never]?: ValueOf<P[K], Side> | undefined;
};
type ValueOf<P extends Parameter, Side> = Side extends 'input'
  ? z.input<P['schema']>
  : z.output<P['schema']>;
type Flat<T> = { [K in keyof T]: T[K] };
/** The other spelling of a parameter's name; a plain `string` is none that anybody wrote. */
type Spelling<P extends Parameter, Name> = [NonNullable<P['alias']>] extends [never]
  ? Name
  : string extends P['alias']
    ? Name
    : NonNullable<P['alias']>;
type Renamed<P extends Parameters> = { [K in keyof P as Spelling<P[K], K>]: P[K] };

/** What a client sends, in either spelling. */
export type RequestOf<E extends Endpoint> =
  | Flat<Sent<E['request'], 'input'>>
  | Flat<Sent<Renamed<E['request']>, 'input'>>;
/** What an operation gets: validated, normalised. */
export type InputOf<E extends Endpoint> = Flat<Sent<E['request'], 'output'>>;
/** What an operation returns, and the SDK too. */
export type AnswerOf<E extends Endpoint> = z.output<E['answer']>;
/** The reasons that an operation of this endpoint may refuse with. */
export type ReasonOf<E extends Endpoint> =
  | E['reasons'][number]
  | E['request'][keyof E['request']]['reason'];

/** The whole of an OK answer: `status` and `reason`, the payload, and what mode `original` left out. */
export const okAnswer = (e: Endpoint): z.ZodObject =>
  z.object({
    status: z.literal('OK'),
    reason: z.literal(1),
    ...e.answer.shape,
    ignored: z
      .array(z.string())
      .optional()
      .describe('In mode `original`: the parameters that the call does not know.'),
  });

/** Whether its list has no last page: every answer says where to read on. */
export const isEndless = ({ answer: { shape } }: Endpoint): boolean =>
  'next_cursor' in shape && !z.safeParse(shape.next_cursor, undefined).success;

/** What every partner call may answer, whatever it does. */
const commonReasons = [
  'token_missing',
  'access_token_invalid',
  'method_not_allowed',
  'rate_limited',
  'parameter_unknown',
  'internal_error',
  'unavailable',
] as const satisfies readonly ReasonName[];

/** Every reason that an endpoint may answer with, each once. */
export function reasonsOf(e: Endpoint): ReasonName[] {
  const all = new Set<ReasonName>(e.surface === 'operator' ? [] : ['method_not_allowed']);
  if (e.surface === 'partner') for (const reason of commonReasons) all.add(reason);
  else all.add('internal_error').add('unavailable');
  if (e.surface === 'operator') all.add('parameter_unknown');
  all.add('body_too_large');
  if (e.method !== 'GET') all.add('body_invalid');
  for (const p of Object.values(e.request)) all.add(p.reason);
  for (const reason of e.reasons) all.add(reason);
  if (e.idempotent)
    all
      .add('idempotency_key_conflict')
      .add('idempotency_key_running')
      .add('idempotency_key_invalid');
  if (e.refusesKey) all.add('idempotency_key_invalid');
  if (e.revisioned && e.effect === 'write') all.add('revision_mismatch');
  return [...all];
}
