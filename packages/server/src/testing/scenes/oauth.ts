/** For tests of OAuth: requests as they are written, and the form of a client. */
import { startService, type TestService } from '../service.ts';

let addresses = 0;

/** A POST as written, each from an address of its own, so that no limit is reached. */
export async function post(
  service: TestService,
  path: string,
  body: string | Buffer | Record<string, string> | undefined,
  headers: Record<string, string> = {},
) {
  const isForm = typeof body === 'object' && !Buffer.isBuffer(body);
  const response = await fetch(service.baseUrl + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-forwarded-for': `203.0.113.${++addresses}`,
      ...headers,
    },
    ...(body !== undefined && { body: isForm ? String(new URLSearchParams(body)) : body }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    answer: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
  };
}

export const basic = (pair: string | Buffer) => ({
  authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
});

/** A partner's call with that token. */
export const getAccounts = (service: TestService, token: string) =>
  fetch(`${service.baseUrl}/api/online/getAccounts`, {
    headers: { authorization: `Bearer ${token}` },
  });

/** A service, one of its partners, and what that one's client sends for a token. */
export async function startOauth() {
  const service = await startService({ environment: { TRUST_PROXY: '127.0.0.1' } });
  const partner = await service.newPartner();
  const form = {
    grant_type: 'client_credentials',
    client_id: partner.clientId,
    client_secret: partner.clientSecret,
  };
  const token = (
    body: string | Buffer | Record<string, string> | undefined,
    headers: Record<string, string> = {},
  ) => post(service, '/oauth/token', body, headers);
  return { service, partner, form, token };
}
