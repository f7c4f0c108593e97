/** What a browser gets under a host name that is nobody's: a page that says where to go. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Failure } from '../failure.ts';
import { htmlDocument, sendDocument } from './documents/document.ts';
import { escapeHtml, page } from './documents/html.ts';
import { type Site, type SiteOptions, siteOf } from './site.ts';

/** The site, or undefined where nothing is served under this host. */
export async function siteOrUndefined(
  request: FastifyRequest,
  options: SiteOptions,
): Promise<Site | undefined> {
  try {
    return await siteOf(request, options);
  } catch (error) {
    if (error instanceof Failure && error.code === 'wrong_host') return undefined;
    throw error;
  }
}

/** `/` of a host that is neither the console's nor a server's. */
export const sendWrongHost = (request: FastifyRequest, reply: FastifyReply, console: string) =>
  sendDocument(
    request,
    reply,
    htmlDocument(
      page(
        'Nothing is served here',
        `      <h1>Nothing is served under this host name</h1>
      <p class="lead">The pages are at <a href="${escapeHtml(console)}">${escapeHtml(console)}</a>, and each server's at its own name below it.</p>`,
      ),
    ),
    421,
  );
