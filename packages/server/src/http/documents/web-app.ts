/**
 * The web apps as `npm start` built them: the online's page for every path of a server's host, the
 * console's for every path of its own, and their assets. The first byte already has the language,
 * its direction and the colours, so nothing flashes.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Failure } from '../../failure.ts';
import type { SiteOptions } from '../site.ts';
import { sendWrongHost, siteOrUndefined } from '../wrong-host.ts';
import { htmlDocument, sendDocument } from './document.ts';
import { notBuiltPage } from './html.ts';
import { readAssets, readPages } from './web-app-files.ts';

const SIGNING_IN = [
  '/',
  '/sign-in',
  '/second-factor',
  '/forgot-password',
  '/reset-password',
  '/invitation',
  '/profile',
];

const PATHS = {
  online: new Set([...SIGNING_IN, '/accounts', '/accounts/*']),
  console: new Set([...SIGNING_IN, '/p/*']),
};

export type WebAppOptions = SiteOptions & {
  /** Origins that may frame the online; nobody frames the console. */
  embedOrigins: readonly string[];
  /** Where the console is, for whoever comes under a wrong name. */
  consoleAddress: () => string;
};

export type WebApp = {
  /** Sends the page of the host's app with this status; at a host of neither it says where to go. */
  sendPage(request: FastifyRequest, reply: FastifyReply, status?: number): Promise<FastifyReply>;
};

/** Adds every path of the apps' pages; one that only the other app has is a page that is not there. */
export function addWebApp(server: FastifyInstance, options: WebAppOptions): WebApp {
  const pages = {
    online: readPages('index.html', options.embedOrigins),
    console: readPages('console.html', []),
  };
  const sendPage: WebApp['sendPage'] = async (request, reply, status = 200) => {
    const site = await siteOrUndefined(request, options);
    if (site === undefined) return sendWrongHost(request, reply, options.consoleAddress());
    const app = site.server === undefined ? 'console' : 'online';
    const document = pages[app]?.(request);
    if (!document) return sendDocument(request, reply, NOT_BUILT, 503);
    const isThere = PATHS[app].has(request.routeOptions.url ?? '');
    return sendDocument(request, reply, document, isThere ? status : 404);
  };
  for (const url of new Set([...PATHS.online, ...PATHS.console]))
    server.route({
      method: ['GET', 'HEAD'],
      url,
      handler: (request, reply) => sendPage(request, reply),
    });
  const assets = readAssets();
  server.route({
    method: ['GET', 'HEAD'],
    url: '/assets/:name',
    logLevel: 'warn',
    handler: async (request, reply) => {
      const asset = assets.get((request.params as { name: string }).name);
      if (!asset) throw new Failure('not_found');
      const gzip = /\bgzip\b/.test(String(request.headers['accept-encoding']));
      return sendDocument(request, reply, gzip ? asset.gzipped : asset.plain);
    },
  });
  return { sendPage };
}

const NOT_BUILT = htmlDocument(notBuiltPage());
