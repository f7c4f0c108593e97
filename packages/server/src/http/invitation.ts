/** `/api/invitation`: what an invitation's page shows and does. The token is the only key to it. */
import { invitationAccept, invitationLook } from '@switchboard/contract';
import type { FastifyInstance } from 'fastify';
import { acceptInvitation } from '../agents/accept-invitation.ts';
import { invitationToWire, loadInvitation } from '../agents/invitation.ts';
import { hashPassword } from '../people/password.ts';
import { addPageCalls, type PageOptions, readBody } from './page-call.ts';

export function addInvitationRoutes(server: FastifyInstance, options: PageOptions): void {
  const { database } = options;
  addPageCalls(server, options, '/api/invitation', {
    POST: ({ request, site }) => {
      const { token } = readBody(request, invitationLook);
      return database.write(async (db) =>
        invitationToWire(await loadInvitation(db, token, site.server)),
      );
    },
  });
  addPageCalls(server, options, '/api/invitation/accept', {
    POST: async ({ request, site }) => {
      const { password, ...input } = readBody(request, invitationAccept);
      // Known to be live before a hash is made for it; the transaction looks again.
      await database.write((db) => loadInvitation(db, input.token, site.server));
      const passwordHash = password === undefined ? undefined : await hashPassword(password);
      const from = { address: request.ip, requestId: request.id };
      return database.write((db) =>
        acceptInvitation(db, from, site.server, { ...input, passwordHash }),
      );
    },
  });
}
