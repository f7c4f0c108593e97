/** What a browser gets beside the apps: the developers' first page, the reference, the reasons, and the OpenAPI document. */
import { endpoints, openapiDocument } from '@switchboard/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { VERSION } from '../../installation/version.ts';
import { jsonLine } from '../json-line.ts';
import { type Document, htmlDocument, newDocument, sendDocument } from './document.ts';
import { escapeHtml, notBuiltPage, readStatic } from './html.ts';
import { partnerReasons, reasonListPage, reasonPage, unknownReasonPage } from './reason-page.ts';
import { makeReference, type Reference, SCRIPT_PATH } from './reference.ts';

type Found = { document: Document; status?: 404 };

/**
 * @param origin where the configuration says that the service is reached; never from `Host`
 */
export function addPages(server: FastifyInstance, origin: () => string): void {
  const add = (
    url: string,
    find: (request: FastifyRequest) => Found | Promise<Found>,
    logLevel?: 'warn',
  ) =>
    server.route({
      method: ['GET', 'HEAD'],
      url,
      ...(logLevel && { logLevel }),
      handler: async (request, reply) => {
        const { document, status } = await find(request);
        return sendDocument(request, reply, document, status);
      },
    });
  const addFixed = (url: string, document: Document, logLevel?: 'warn') =>
    add(url, () => ({ document }), logLevel);
  const addAsset = (url: string, document: Document) => addFixed(url, document, 'warn');

  const built = readStatic('index.html');
  const [first, status] = built ? [built, 200] : [notBuiltPage(), 503];
  const developers = remembered((address) => htmlDocument(withOrigin(first, address)));
  server.route({
    method: ['GET', 'HEAD'],
    url: '/developers',
    handler: (request, reply) => sendDocument(request, reply, developers(origin()), status),
  });
  addAsset('/style.css', newDocument('text/css; charset=utf-8', readStatic('style.css')));
  addAsset('/mark.svg', newDocument('image/svg+xml', readStatic('mark.svg')));
  const openapi = remembered((url) =>
    newDocument('application/json; charset=utf-8', openapiOf(url)),
  );
  add('/openapi.json', () => ({ document: openapi(origin()) }));

  // Made when first asked for: Scalar is five megabytes.
  let reference: Promise<Reference> | undefined;
  const readReference = () => {
    reference ??= makeReference();
    return reference;
  };
  for (const url of ['/reference', '/reference/'])
    add(url, async () => ({ document: (await readReference()).page }));
  const findScript = async ({ headers }: FastifyRequest) => {
    const { script, scriptGzipped } = await readReference();
    const gzip = /\bgzip\b/.test(String(headers['accept-encoding']));
    return { document: gzip ? scriptGzipped : script };
  };
  add(SCRIPT_PATH, findScript, 'warn');

  addFixed('/reference/reasons', htmlDocument(reasonListPage()));
  const reasonPages = new Map<string, Document>();
  for (const [number, names] of partnerReasons)
    reasonPages.set(String(number), htmlDocument(reasonPage(number, names)));
  const unknown = { document: htmlDocument(unknownReasonPage()), status: 404 } as const;
  add('/reference/reasons/:number', ({ params }) => {
    const document = reasonPages.get((params as { number: string }).number);
    return document ? { document } : unknown;
  });
}

/** The first page with this installation's address in its examples. */
function withOrigin(html: string, origin: string): string {
  return html.replaceAll('http://localhost:8080', escapeHtml(origin));
}

/** Makes it again only for another address than the last: the port is known once the service listens. */
function remembered(make: (address: string) => Document): (address: string) => Document {
  let last: { address: string; document: Document } | undefined;
  return (address) => {
    if (last?.address !== address) last = { address, document: make(address) };
    return last.document;
  };
}

function openapiOf(serverUrl: string): string {
  return jsonLine(openapiDocument(endpoints, { version: VERSION, serverUrl }));
}
