/**
 * The reference: Scalar's page over `/openapi.json`. Page and script are this host's own, and the
 * page asks for nothing elsewhere, so that it works without a way out.
 */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import fastify from 'fastify';
import { type Document, htmlDocument, newDocument, scriptPolicy } from './document.ts';

export type Reference = { page: Document; script: Document; scriptGzipped: Document };

export const SCRIPT_PATH = '/reference/scalar.js';

const configuration = {
  url: '/openapi.json',
  cdn: SCRIPT_PATH,
  pageTitle: 'Reference · Switchboard',
  favicon: '/mark.svg',
  theme: 'none',
  withDefaultFonts: false,
  // Whatever would leave this host: the proxy for tries, the client, the assistant, the counters.
  proxyUrl: '',
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
  authentication: { preferredSecurityScheme: 'accessToken' },
  hideModels: true,
  orderSchemaPropertiesBy: 'preserve',
  documentDownloadType: 'direct',
  defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
} as const;

/**
 * Makes the page and its script. The plugin gives them only over HTTP: to a server of its own that
 * never listens.
 */
export async function makeReference(): Promise<Reference> {
  const { default: scalar } = await import('@scalar/fastify-api-reference');
  const inner = fastify();
  await inner.register(scalar, { routePrefix: '/reference', configuration });
  const page = (await inner.inject('/reference/')).body;
  const script = (await inner.inject('/reference/js/scalar.js')).rawPayload;
  await inner.close();
  const type = 'application/javascript; charset=utf-8';
  return {
    page: htmlDocument(page.replace('<html>', '<html lang="en">'), scriptPolicy(page)),
    script: newDocument(type, script),
    scriptGzipped: newDocument(type, await promisify(gzip)(script), { encoding: 'gzip' }),
  };
}
