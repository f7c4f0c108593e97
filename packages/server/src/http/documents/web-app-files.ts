/** What `npm start` built of the web app: its documents, one for each language and theme, and assets. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { languages } from '@switchboard/contract';
import type { FastifyRequest } from 'fastify';
import { type Document, newDocument } from './document.ts';
import { DIST } from './html.ts';
import { directionOf, languageOf, themeOf } from './language.ts';

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Who may frame a page: nobody, or the operator's list (`docs/security.md`, Hosts). */
export const frameAncestors = (embedOrigins: readonly string[]): string =>
  `frame-ancestors ${embedOrigins.length > 0 ? embedOrigins.join(' ') : "'none'"}`;

/** What a document that may be framed has in place of `X-Frame-Options`, which knows no list. */
export const frameHeaders = (embedOrigins: readonly string[]) =>
  embedOrigins.length > 0 ? { 'x-frame-options': undefined } : {};

/**
 * The document of one of the apps, as a browser's language and colours want it.
 *
 * @param name of its HTML
 * @param embedOrigins who may frame it
 * @returns undefined when the apps were never built
 */
export function readPages(
  name: 'index.html' | 'console.html',
  embedOrigins: readonly string[],
): ((request: FastifyRequest) => Document | undefined) | undefined {
  const file = new URL(name, DIST);
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
  return (request) => documents.get(`${languageOf(request)} ${themeOf(request)}`);
}

/** Their names hold a hash of what is in them: a browser never has to ask again. */
export function readAssets(): Map<string, { plain: Document; gzipped: Document }> {
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
