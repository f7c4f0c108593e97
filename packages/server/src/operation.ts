/** What an operation is: `(input, ctx) → answer`. One context, passed down. */
import type {
  Answer,
  EndpointName,
  Endpoints,
  EventType,
  Input,
  MemberRole,
  Mode,
  Refusal,
  RefusalDetails,
  RefusalOf,
} from '@switchboard/contract';
import type { Db, GatheredStatement } from './database/database.ts';

/** Who did it, as `events` records it. */
export type Actor = {
  kind: 'credential' | 'person' | 'agent' | 'operator' | 'system';
  /** A client id, a person's id, an agent's number, or a fixed word. */
  id: string;
};

/** The choices of the installation that operations need to know. */
export type Policy = {
  /** Hosts that builder links may name; empty means any. */
  builderHosts: readonly string[];
  /** Hosts that builder links may name over http. */
  builderHttpHosts: readonly string[];
  /** The mode of credentials that do not say. */
  mode: Mode;
  /** Where the quick start's secrets are, an absolute path. */
  quickstartFile: string;
  /** Where a server's online is, made from the configuration, never from a request. */
  addressOf(server: string): string;
};

/** A mail in its words. */
export type Letter = { to: string; subject: string; text: string; html: string };

/** What is sent to a webhook. */
export type Push = {
  url: string;
  /** `whsec_…`; one signature each. */
  secrets: readonly string[];
  /** The same on every try. */
  id: string;
  body: string;
};

/** What became of it, in one word and what was seen of it. */
export type Pushed = {
  at: Date;
  /** `delivered`, `timeout`, `status_500` … */
  outcome: string;
  httpStatus: number | undefined;
  milliseconds: number;
  /** The start of the answer, as text. */
  answer: string | undefined;
  /** Only of answers that may ask for a rest (429, 503). */
  retryAfterSeconds: number | undefined;
};

/** What every operation gets, whoever calls. */
export type Surroundings = {
  actor: Actor;
  /** The client's address. */
  address: string;
  /** It may be many clients': that of a proxy which the configuration does not know. */
  addressShared: boolean;
  requestId: string;
  policy: Policy;
  /** Statements outside a transaction. */
  read<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** The call's transaction. No network and no password hashing inside. */
  write<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** A transaction of its own, for what must outlive a refusal. */
  writeApart<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** One call of a statement that may serve many calls at once. */
  gathered<In, Out>(statement: GatheredStatement<In, Out>, input: In): Promise<Out>;
};

/** What is heard of an event before it is read. */
export type EventHeard = { type: EventType; server: string | null; account_id: number | null };

export type EventWait = {
  /**
   * Answers once whatever commits from now on will be heard.
   *
   * @throws DatabaseUnavailable when the log cannot be read
   */
  ready(): Promise<void>;
  /** Whether something was heard since the last time this was asked, at the latest at its end. */
  heard(): Promise<boolean>;
  /** Gives the place back. */
  leave(): void;
};

/** Who calls in a partner's name: a program by its token, or one of its people in the console. */
export type Caller = ByToken | ByMember;

export type ByToken = {
  kind: 'credential';
  partnerId: number;
  clientId: string;
  /** How strictly the caller's requests are read. */
  mode: Mode;
  /** SHA-256 of the access token, for statements that confirm it themselves. */
  tokenHash: Buffer;
};

export type ByMember = {
  kind: 'member';
  partnerId: number;
  personId: string;
  role: MemberRole;
  mode: 'strict';
  /** SHA-256 of the session's token, for statements that confirm it themselves. */
  sessionHash: Buffer;
  /** Those that may make this call. */
  roles: readonly MemberRole[];
};

type OfPartner = {
  partnerId: number;
  caller: Caller;
  /**
   * The call's transaction, in which the caller is confirmed and held.
   *
   * @param first comes before that: what others must wait for who hold nothing yet
   */
  write<T>(work: (db: Db) => Promise<T>, first?: (db: Db) => Promise<void>): Promise<T>;
  /** Seal the secrets of webhooks; the first is in force. */
  webhookKeys: readonly Buffer[];
  /** Sends to the partner's address what somebody waits for. */
  pushNow(push: Push): Promise<Pushed>;
  /**
   * Many calls of one statement, each with its own outcome or failure; they take turns with those
   * of other partners. As many as share one statement are given at a time.
   */
  gatheredMany<In, Out>(
    statement: GatheredStatement<In, Out>,
    inputs: readonly In[],
  ): Promise<PromiseSettledResult<Out>[]>;
  /** Keeps for the log why a part of the answer tells a failure of ours. */
  noteFault(error: unknown): void;
  /** `If-Match`: `*` or revisions; undefined when it was not sent. */
  ifMatch: '*' | readonly number[] | undefined;
  /**
   * A place among those who wait on this node for events of the partner; undefined when it has no
   * more of them. The wait ends after so many seconds, and when the client is gone.
   */
  waitForEvents(wants: (event: EventHeard) => boolean, seconds: number): EventWait | undefined;
};

export type Context<N extends EndpointName = EndpointName> = Surroundings &
  (Endpoints[N]['surface'] extends 'partner' ? OfPartner : unknown) & {
    /** Hands letters to the mailer. Call it after the commit. */
    post(letters: readonly Letter[]): void;
    /** Makes the error to throw; only reasons that the endpoint declares. */
    refusal(reason: RefusalOf<N>, details?: RefusalDetails): Refusal;
    /** An account was cut: its live streams here end after the commit and before the answer. */
    cut(server: string, accountId: number): void;
  };

/** A list sent row by row: yields rows, returns what stands beside the list. */
type Streamed<A> = A extends { list: (infer Row)[] } ? AsyncGenerator<Row, Omit<A, 'list'>> : never;

export type Operation<N extends EndpointName> = (
  input: Input<N>,
  ctx: Context<N>,
) => Promise<Answer<N> | Streamed<Answer<N>>>;

/** Forgetting one does not compile. */
export type Operations = { readonly [N in EndpointName]: Operation<N> };
