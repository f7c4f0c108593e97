/** What an OAuth client sends: a form, and its credentials in the header or in that form. */
import { endpoints, quotedName, readRequest } from '@switchboard/contract';
import type { FastifyRequest } from 'fastify';
import { readAuthorization } from '../partner/authorization.ts';
import { OAuthError } from './oauth-error.ts';

/** Name → value; what was sent without a value counts as left out (RFC 6749, 3.2). */
export type Form = ReadonlyMap<string, string>;

export type ClientCredentials = { clientId: string; clientSecret: string };

/**
 * The form in the body.
 *
 * @throws OAuthError invalid_request for another type, a query, bad encoding, a repeated parameter
 */
export function readForm(request: FastifyRequest): Form {
  const type = request.sentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded')
    throw invalid('The body must be a form: Content-Type application/x-www-form-urlencoded.');
  if (request.url.includes('?'))
    throw invalid('The parameters belong in the body; the query must be empty.');
  const form = new Map<string, string>();
  for (const pair of decodeUtf8(request.body as Buffer | undefined, 'The body').split('&')) {
    if (pair === '') continue;
    const end = pair.includes('=') ? pair.indexOf('=') : pair.length;
    const name = decodeForm(pair.slice(0, end), 'The body');
    if (form.has(name)) throw invalid(`The parameter ${quotedName(name)} is repeated.`);
    form.set(name, decodeForm(pair.slice(end + 1), 'The body'));
  }
  return new Map([...form].filter(([, value]) => value !== ''));
}

/**
 * The client's credentials, unproved: from HTTP Basic or the form, never both (RFC 6749, 2.3).
 *
 * @throws OAuthError invalid_request for both or for a malformed header, invalid_client for neither
 * @throws Refusal client_invalid for what can be nobody's id or secret
 */
export function readClient(authorization: string | undefined, form: Form): ClientCredentials {
  const basic = authorization === undefined ? undefined : readBasic(authorization);
  if (basic && form.has('client_secret'))
    throw invalid('The client authenticates twice: use either HTTP Basic or the body.');
  const id = form.get('client_id');
  if (basic && id !== undefined && id !== basic.client_id)
    throw invalid('client_id in the body is not the one in the header Authorization.');
  const sent = basic ?? { client_id: id, client_secret: form.get('client_secret') };
  if (!sent.client_id || !sent.client_secret)
    throw new OAuthError(
      'invalid_client',
      'The client must authenticate with its client_id and client_secret.',
    );
  const { input } = readRequest(endpoints.accessToken, sent, 'strict');
  return { clientId: String(input.client_id), clientSecret: String(input.client_secret) };
}

/** RFC 6749, 2.3.1: id and secret are form-encoded before they are joined by a colon. */
function readBasic(authorization: string): { client_id: string; client_secret: string } {
  const what = 'The header Authorization';
  const { scheme, token = '' } = readAuthorization(authorization);
  if (scheme !== 'basic')
    throw new OAuthError('invalid_client', 'Clients authenticate by HTTP Basic or in the body.');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(token)) throw invalid(`${what} does not hold base64.`);
  const pair = decodeUtf8(Buffer.from(token, 'base64'), what);
  const colon = pair.indexOf(':');
  if (colon < 0) throw invalid(`${what} does not hold an id and a secret.`);
  return {
    client_id: decodeForm(pair.slice(0, colon), what),
    client_secret: decodeForm(pair.slice(colon + 1), what),
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decodeUtf8(bytes: Buffer | undefined, what: string): string {
  try {
    return utf8.decode(bytes ?? new Uint8Array());
  } catch {
    throw invalid(`${what} is not UTF-8.`);
  }
}

function decodeForm(text: string, what: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalid(`${what} holds a percent sign that begins no character in UTF-8.`);
  }
}

const invalid = (message: string): OAuthError => new OAuthError('invalid_request', message);
