/** Documents for browsers: made once, sent with the headers that keep a browser to them. */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

export type Document = {
  type: string;
  body: string | Buffer;
  /** How the body is compressed, where a smaller one is worth it. */
  encoding?: 'gzip';
  /** The Content-Security-Policy. */
  policy: string;
  etag: string;
  /** Headers in place of those that every document has; undefined leaves one out. */
  headers?: Readonly<Record<string, string | undefined>>;
};

const FRAMES = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** For pages without scripts. */
const STATIC_POLICY = `default-src 'none'; style-src 'self'; img-src 'self'; ${FRAMES}`;

/** For a page that runs the scripts of this host and the inline ones it came with. */
export function scriptPolicy(html: string): string {
  const inline = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)];
  const hashes = inline.map(([, script]) => `'sha256-${sha256(script ?? '')}'`);
  return (
    `default-src 'none'; script-src 'self' ${hashes.join(' ')}; style-src 'self' 'unsafe-inline'; ` +
    `img-src 'self' data:; font-src 'self' data:; connect-src 'self'; ${FRAMES}`
  );
}

const sha256 = (data: string | Buffer): string =>
  createHash('sha256').update(data).digest('base64');

export function newDocument(
  type: string,
  body: string | Buffer,
  options: Partial<Pick<Document, 'policy' | 'encoding' | 'headers'>> = {},
): Document {
  return { type, body, policy: STATIC_POLICY, etag: `"${sha256(body)}"`, ...options };
}

export const htmlDocument = (body: string, policy?: string): Document =>
  newDocument('text/html; charset=utf-8', body, policy === undefined ? {} : { policy });

const EVERY_DOCUMENT = {
  'cache-control': 'no-cache',
  vary: 'accept-encoding',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Sends a document, or 304 to a browser that has it. */
export function sendDocument(
  request: FastifyRequest,
  reply: FastifyReply,
  document: Document,
  status = 200,
): FastifyReply {
  const headers = {
    'content-type': document.type,
    etag: document.etag,
    'content-security-policy': document.policy,
    ...EVERY_DOCUMENT,
    ...document.headers,
  };
  reply.code(status);
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) reply.header(name, value);
  if (document.encoding) reply.header('content-encoding', document.encoding);
  if (status === 200 && request.headers['if-none-match'] === document.etag)
    return reply.code(304).send();
  return reply.send(document.body);
}
