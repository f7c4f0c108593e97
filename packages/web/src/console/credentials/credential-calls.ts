/** The partner's own credentials: what is read and what is written. */
import { type ConsoleAnswer, consoleCall, consoleKey, consoleQuery } from '../../api/console.ts';

export type Credential = ConsoleAnswer<'GET settings/listApiCredentials'>['list'][number];
/** The one answer that holds the secret. */
export type MadeCredential = ConsoleAnswer<'POST settings/createApiCredential'>;

export const credentialsQuery = (partner: number) =>
  consoleQuery(partner, 'GET settings/listApiCredentials', {});

export const credentialsKey = (partner: number) =>
  consoleKey(partner, 'GET settings/listApiCredentials');

export const createCredential = (
  partner: number,
  sent: { name: string; mode: Credential['mode'] },
): Promise<MadeCredential> => consoleCall(partner, 'POST settings/createApiCredential', sent);

export const renameCredential = (partner: number, client_id: string, name: string) =>
  consoleCall(partner, 'POST settings/updateApiCredential', { client_id, name });

export const rotateCredential = (
  partner: number,
  client_id: string,
  overlap_hours: number,
): Promise<MadeCredential> =>
  consoleCall(partner, 'POST settings/rotateApiCredential', { client_id, overlap_hours });

export const revokeCredential = (partner: number, client_id: string) =>
  consoleCall(partner, 'POST settings/revokeApiCredential', { client_id });
