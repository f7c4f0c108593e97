/** For tests: plain HTTP against a test service, for what no client of ours would send. */
import assert from 'node:assert/strict';
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import {
  type Endpoint,
  type EndpointName,
  endpoints,
  type ReasonName,
  reasons,
} from '@switchboard/contract';

export type Sent = {
  /** Default: the endpoint's own. */
  method?: string;
  token?: string | undefined;
  headers?: Record<string, string>;
  /** With its question mark. */
  query?: string;
  /** Text and bytes go as they are, anything else as JSON. */
  body?: unknown;
  /** Sends the body without saying its length. */
  chunked?: boolean;
};

export type Heard = {
  http: number;
  headers: IncomingHttpHeaders;
  /** Without the line break that every JSON answer ends with. */
  text: string;
  /** The answer parsed; empty when it is not a JSON object. */
  body: Record<string, unknown>;
};

const agent = new Agent({ keepAlive: true });

/** One request as it stands, to an endpoint or a path; no header is added but Host and the length. */
export function send(baseUrl: string, to: EndpointName | `/${string}`, sent: Sent): Promise<Heard> {
  const endpoint: Endpoint | undefined = endpoints[to as EndpointName];
  const url = baseUrl + (endpoint?.path ?? to) + (sent.query ?? '');
  const headers: Record<string, string> = { ...sent.headers };
  if (sent.token !== undefined) headers.authorization = `Bearer ${sent.token}`;
  const body = bytesOf(sent.body);
  if (body) headers[sent.chunked ? 'transfer-encoding' : 'content-length'] = chunkedOr(sent, body);
  const method = sent.method ?? endpoint?.method ?? 'GET';
  return new Promise((resolve, reject) => {
    const hear = async (incoming: IncomingMessage) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const text = withoutEnd(incoming.headers, Buffer.concat(chunks).toString());
      const http = incoming.statusCode ?? 0;
      resolve({ http, headers: incoming.headers, text, body: objectIn(text) });
    };
    const outgoing = request(url, { method, headers, agent }, (incoming) => {
      hear(incoming).catch(reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const chunkedOr = (sent: Sent, body: Buffer) => (sent.chunked ? 'chunked' : String(body.length));

function bytesOf(body: unknown): Buffer | undefined {
  if (body === undefined || Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

function withoutEnd(headers: IncomingHttpHeaders, text: string): string {
  if (text === '' || !headers['content-type']?.startsWith('application/json')) return text;
  assert.match(text, /[^\n]\n$/, 'a JSON answer without the end of its line');
  return text.slice(0, -1);
}

function objectIn(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** Asserts a failure in the documented shape, with this reason and HTTP status. */
export function assertRefused(heard: Heard, reason: number, http: number, what?: unknown): void {
  const label = `${JSON.stringify(what ?? '').slice(0, 300)}: ${heard.text.slice(0, 500)}`;
  assert.deepEqual([heard.body.reason, heard.http], [reason, http], label);
  assertShaped(heard, label);
}

/** Asserts that an answer has the shape of every answer. */
export function assertShaped({ body, headers }: Heard, label?: string): void {
  assert.equal(headers['content-type'], 'application/json; charset=utf-8', label);
  assert.equal(headers['cache-control'], 'no-store', label);
  assert.ok(Number.isInteger(body.reason), label);
  if (body.status === 'OK') {
    assert.equal(body.reason, 1, label);
    return;
  }
  assert.equal(body.status, 'FAIL', label);
  assert.match(String(body.message), /^\S.*[.?]$/su, label);
  assert.equal(body.request_id, headers['x-request-id'], label);
  assert.equal(reasons[body.code as ReasonName]?.number, body.reason, label);
  for (const key of Object.keys(body))
    assert.match(key, /^(status|reason|code|message|parameter|errors|request_id)$/, label);
}
