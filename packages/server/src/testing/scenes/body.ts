/** For tests of what a request carries: partners of both modes, and calls as they are written. */
import type { Endpoint } from '@switchboard/contract';
import { type Sent, send } from '../http.ts';
import { sharedService } from '../service.ts';

/** A service, a partner with an account and a token, and a partner in the original mode. */
export async function startBodies() {
  const service = await sharedService();
  const partner = await service.newPartner();
  const account_id = await service.newAccount(partner);
  const token = await partner.accessToken();
  const original = await service.newPartner('original');
  const server = 'online';

  const update = (sent: Sent) => send(service.baseUrl, 'updateAccount', { token, ...sent });
  const atDoorOf = (endpoint: Endpoint) =>
    endpoint.surface === 'operator' ? service.operatorUrl : service.baseUrl;

  return { service, partner, account_id, token, original, server, update, atDoorOf };
}
