/**
 * The web app as `npm start` built it: one page for every path of the online, and its assets. The
 * first byte already has the language, its direction and the colours, so nothing flashes.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { languages } from '@switchboard/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Failure } from '../../failure.ts';
import type { SiteOptions } from '../site.ts';
import { sendWrongHost, siteOrUndefined } from '../wrong-host.ts';
import { type Document, htmlDocument, newDocument, sendDocument } from './document.ts';
import { DIST, notBuiltPage } from './html.ts';
import { directionOf, languageOf, themeOf } from './language.ts';

const PATHS = [
  '/sign-in',
  '/second-factor',
  '/forgot-password',
  '/reset-password',
  '/invitation',
  '/accounts',
  '/accounts/*',
  '/profile',
];

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

export type WebAppOptions = SiteOptions & {
  /** Origins that may frame the online. */
  embedOrigins: readonly string[];
  /** Where the console is, for whoever comes under a wrong name. */
  consoleAddress: () => string;
};

export type WebApp = {
  /** Sends the page with this status, at a server's host; elsewhere it says where to go. */
  sendPage(request: FastifyRequest, reply: FastifyReply, status?: number): Promise<FastifyReply>;
};

/** Adds every path of the online's pages but `/`, which the console shares. */
export function addWebApp(server: FastifyInstance, options: WebAppOptions): WebApp {
  const pages = readPages(options.embedOrigins);
  const sendPage: WebApp['sendPage'] = async (request, reply, status = 200) => {
    const site = await siteOrUndefined(request, options);
    if (site === undefined) return sendWrongHost(request, reply, options.consoleAddress());
    if (site.server === undefined) throw new Failure('not_found');
    const document = pages?.get(`${languageOf(request)} ${themeOf(request)}`);
    return document
      ? sendDocument(request, reply, document, status)
      : sendDocument(request, reply, NOT_BUILT, 503);
  };
  for (const url of PATHS)
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

/** Who may frame the online: nobody, or the operator's list (`docs/security.md`, Hosts). */
export const frameAncestors = (embedOrigins: readonly string[]): string =>
  `frame-ancestors ${embedOrigins.length > 0 ? embedOrigins.join(' ') : "'none'"}`;

/** What a document that may be framed has in place of `X-Frame-Options`, which knows no list. */
export const frameHeaders = (embedOrigins: readonly string[]) =>
  embedOrigins.length > 0 ? { 'x-frame-options': undefined } : {};

const NOT_BUILT = htmlDocument(notBuiltPage());

/** One document for each language and theme; undefined when the app was never built. */
function readPages(embedOrigins: readonly string[]): Map<string, Document> | undefined {
  const file = new URL('index.html', DIST);
  if (!existsSync(file)) return undefined;
  const html = readFileSync(file, 'utf8');
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    // Mantine writes style elements.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    frameAncestors(embedOrigins),
  ].join('; ');
  const headers = {
    vary: 'accept-encoding, accept-language, cookie',
    'referrer-policy': 'same-origin',
    ...frameHeaders(embedOrigins),
  };
  const documents = new Map<string, Document>();
  for (const language of languages)
    for (const theme of ['light', 'dark', undefined]) {
      const scheme = theme ? ` data-mantine-color-scheme="${theme}"` : '';
      const tag = `<html lang="${language}" dir="${directionOf(language)}"${scheme}>`;
      const body = html.replace('<html lang="en" dir="ltr">', tag);
      documents.set(
        `${language} ${theme}`,
        newDocument('text/html; charset=utf-8', body, { policy, headers }),
      );
    }
  return documents;
}

/** Their names hold a hash of what is in them: a browser never has to ask again. */
function readAssets(): Map<string, { plain: Document; gzipped: Document }> {
  const folder = new URL('assets/', DIST);
  const assets = new Map<string, { plain: Document; gzipped: Document }>();
  if (!existsSync(folder)) return assets;
  const headers = { 'cache-control': 'public, max-age=31536000, immutable' };
  for (const name of readdirSync(folder)) {
    const type = TYPES[extname(name)];
    if (!type) continue;
    const body = readFileSync(new URL(name, folder));
    const plain = newDocument(type, body, { headers });
    const gzipped =
      type === 'font/woff2'
        ? plain
        : newDocument(type, gzipSync(body, { level: 9 }), { headers, encoding: 'gzip' });
    assets.set(name, { plain, gzipped });
  }
  return assets;
}
