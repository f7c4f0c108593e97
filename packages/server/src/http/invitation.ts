/**
 * `/api/invitation` and `/api/password-reset`: what the pages of mailed links show and do. The
 * token is the only key to them.
 */
import { invitationAccept, invitationLook, resetLook } from '@switchboard/contract';
import type { FastifyInstance } from 'fastify';
import { acceptInvitation } from '../agents/accept-invitation.ts';
import { lookAtInvitation } from '../agents/invitation.ts';
import { lookAtReset } from '../people/password-reset.ts';
import { type IdentityRouteOptions, visitOf } from './identity.ts';
import { addPageCalls, readBody } from './page-call.ts';

export function addInvitationRoutes(server: FastifyInstance, options: IdentityRouteOptions): void {
  const { database } = options;
  addPageCalls(server, options, '/api/password-reset', {
    POST: ({ request }) => {
      const { token } = readBody(request, resetLook);
      return database.read((db) => lookAtReset(db, token));
    },
  });
  addPageCalls(server, options, '/api/invitation', {
    POST: ({ request, site }) => {
      const { token } = readBody(request, invitationLook);
      return database.read((db) => lookAtInvitation(db, token, site.server));
    },
  });
  addPageCalls(server, options, '/api/invitation/accept', {
    POST: async (call) => {
      const input = readBody(call.request, invitationAccept);
      const visit = visitOf(call, undefined, options);
      const answer = await acceptInvitation(input, visit, call.site.server);
      visit.letters.post();
      if (visit.cookies.set.length > 0) call.reply.header('set-cookie', visit.cookies.set);
      return answer;
    },
  });
}
