/** `/api/profile`: a person's own, on whatever site they are signed in. */
import { profileChange } from '@switchboard/contract';
import type { FastifyInstance } from 'fastify';
import { Failure } from '../failure.ts';
import { endOneSession, endOthers } from '../people/own-sessions.ts';
import { inviteMeAgain, readProfile, updateProfile } from '../people/profile.ts';
import { findSession } from '../people/session.ts';
import type { SignedIn } from '../people/visit.ts';
import { type IdentityRouteOptions, visitOf } from './identity.ts';
import { addPageCalls, type Handler, type PageRequest, readBody } from './page-call.ts';
import type { WriteLimit } from './write-limit.ts';

export function addProfileRoutes(
  server: FastifyInstance,
  options: IdentityRouteOptions & { pokeMail(): void; writeLimit: WriteLimit },
): void {
  const { database } = options;

  /** With the caller's session; a link session is somebody else's doing and sees nothing here. */
  const signedIn =
    (work: (visit: SignedIn, call: PageRequest) => Promise<object>): Handler =>
    async (call) => {
      const { token, site, reply } = call;
      const session =
        token === undefined
          ? undefined
          : await database.read((db) => findSession(db, token, site.realm));
      if (!session) throw new Failure('no_session');
      if (session.link_server !== null) throw new Failure('link_session');
      if (call.request.method !== 'GET') options.writeLimit.take(session.person_id);
      const visit = { ...visitOf(call, session, options), session };
      const answer = await work(visit, call);
      if (visit.cookies.set.length > 0) reply.header('set-cookie', visit.cookies.set);
      return answer;
    };

  addPageCalls(server, options, '/api/profile', {
    GET: signedIn(({ session }) => database.read((db) => readProfile(db, session))),
    PATCH: signedIn(({ session }, { request }) => {
      const change = readBody(request, profileChange);
      return database.write(async (db) => {
        await updateProfile(db, session, change);
        return (await readProfile(db, session)).person;
      });
    }),
  });
  addPageCalls(server, options, '/api/profile/devices', {
    DELETE: signedIn(async (visit) => ({ signed_out: await endOthers(visit) })),
  });
  addPageCalls(server, options, '/api/profile/devices/:id', {
    DELETE: signedIn(async (visit, { request }) => {
      const { id } = request.params as { id: string };
      await database.write((db) => endOneSession(db, visit, id));
      return {};
    }),
  });
  addPageCalls(server, options, '/api/profile/invitations', {
    POST: signedIn(async ({ session }) => {
      await database.write((db) => inviteMeAgain(db, session));
      options.pokeMail();
      return {};
    }),
  });
}
