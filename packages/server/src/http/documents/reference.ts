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
  // The document names the configured address; tries go to the host that the page came from.
  servers: [{ url: '/', description: 'This installation.' }] as object[],
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

/** The way home, in the colours of Scalar's own theme; it leaves the room that this asks for. */
const HEADER = `
<style>
:root { --scalar-custom-header-height: 49px; }
#site { position: sticky; top: 0; z-index: 20; display: flex; gap: 20px; align-items: center; height: 49px; box-sizing: border-box; padding-inline: 16px; background: var(--scalar-background-1); border-bottom: 1px solid var(--scalar-border-color); font: 400 15px / 20px system-ui, sans-serif; }
#site a { padding-block: 12px; color: var(--scalar-color-2); text-decoration: none; }
#site a:first-child { margin-inline-end: auto; color: var(--scalar-color-1); font-weight: 650; }
#site a:hover { text-decoration: underline; }
</style>
<nav id="site" aria-label="Switchboard"><a href="/developers">Switchboard</a><a href="/reference/reasons">Reasons</a><a href="/openapi.json">OpenAPI</a></nav>`;

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
  const framed = page
    .replace('<html>', '<html lang="en">')
    .replace('<body>', () => `<body>${HEADER}`);
  return {
    page: htmlDocument(framed, scriptPolicy(framed)),
    script: newDocument(type, script),
    scriptGzipped: newDocument(type, await promisify(gzip)(script), { encoding: 'gzip' }),
  };
}
