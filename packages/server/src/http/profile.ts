/** `/api/profile`: a person's own, on whatever site they are signed in. */
import { profileChange } from '@switchboard/contract';
import type { FastifyInstance } from 'fastify';
import { Failure } from '../failure.ts';
import {
  inviteMeAgain,
  readProfile,
  signOutDevice,
  signOutOthers,
  updateProfile,
} from '../people/profile.ts';
import { findSession, type SessionRow } from '../people/session.ts';
import {
  addPageCalls,
  type Handler,
  type PageCall,
  type PageOptions,
  readBody,
} from './page-call.ts';

export function addProfileRoutes(
  server: FastifyInstance,
  options: PageOptions & { pokeMail(): void },
): void {
  const { database } = options;

  /** With the caller's session; a link session is somebody else's doing and sees nothing here. */
  const signedIn =
    (work: (session: SessionRow, call: PageCall) => Promise<object>): Handler =>
    async (call) => {
      const { token, site } = call;
      const session =
        token === undefined
          ? undefined
          : await database.read((db) => findSession(db, token, site.realm));
      if (!session) throw new Failure('no_session');
      if (session.link_server !== null) throw new Failure('link_session');
      return work(session, call);
    };

  addPageCalls(server, options, '/api/profile', {
    GET: signedIn((session) => database.read((db) => readProfile(db, session))),
    PATCH: signedIn((session, { request }) => {
      const change = readBody(request, profileChange);
      return database.write(async (db) => {
        await updateProfile(db, session, change);
        return (await readProfile(db, session)).person;
      });
    }),
  });
  addPageCalls(server, options, '/api/profile/devices', {
    DELETE: signedIn(async (session) => ({
      signed_out: await database.write((db) => signOutOthers(db, session)),
    })),
  });
  addPageCalls(server, options, '/api/profile/devices/:id', {
    DELETE: signedIn(async (session, { request }) => {
      const { id } = request.params as { id: string };
      if (!(await database.write((db) => signOutDevice(db, session, id))))
        throw new Failure('not_found');
      return {};
    }),
  });
  addPageCalls(server, options, '/api/profile/invitations', {
    POST: signedIn(async (session) => {
      await database.write((db) => inviteMeAgain(db, session));
      options.pokeMail();
      return {};
    }),
  });
}
