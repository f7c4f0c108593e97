/**
 * One request of a browser to the calls of identity: who calls, from where, with which cookies; and
 * what is done once the call has succeeded.
 */
import type { PageAnswer, PageCall, PageInput } from '@switchboard/contract';
import type { Database, Db } from '../database/database.ts';
import { type Changes, type Recorder, record } from '../events/event.ts';
import type { IdentityKeys } from './keys.ts';
import type { Letters } from './letters.ts';
import type { CookieJar } from './sessions/cookie-jar.ts';
import type { Realm, SessionRow } from './sessions/session.ts';

export type Visit = {
  read: Database['read'];
  write: Database['write'];
  realm: Realm;
  /** The server's name; undefined at the console. */
  server: string | undefined;
  address: string;
  /** It may be many clients': that of a proxy which the configuration does not know. */
  addressShared: boolean;
  requestId: string;
  userAgent: string | undefined;
  keys: IdentityKeys;
  /** Where a server's online is, or the console: `https://online.example.com`. */
  addressOf(server?: string): string;
  cookies: CookieJar;
  /** To the person; posted when the call has succeeded or failed, never inside a transaction. */
  letters: Letters;
  /** Live and of this realm; undefined where nobody is signed in. */
  session: SessionRow | undefined;
};

/** A visit of somebody who is signed in with a password. */
export type SignedIn = Visit & { session: SessionRow };

/** Where this visit is: `https://online.example.com`. */
export const siteOf = ({ server, addressOf }: Visit): string => addressOf(server);

/** The recorder of what a person does to their own way in. */
export const recorderOf = (visit: Visit, personId: string): Recorder => ({
  actor: { kind: 'person', id: personId },
  address: visit.address,
  requestId: visit.requestId,
});

/** Records what changed of a person's way in; never a secret. */
export const recordChange = (
  db: Db,
  visit: Visit,
  personId: string,
  changes: Changes,
): Promise<void> =>
  record(db, recorderOf(visit, personId), {
    type: 'person.changed',
    partnerId: null,
    subject: personId,
    changes,
  });

/** The verb of a page call that enters no account: `(input, visit) → answer`. */
export type VisitVerb<C extends PageCall> = (
  input: PageInput<C>,
  visit: C['enters'] extends 'session' ? SignedIn : Visit,
) => Promise<PageAnswer<C>>;

export type Write = <T>(work: (db: Db) => Promise<T>) => Promise<T>;
