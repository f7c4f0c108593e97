/** What the partner says of itself and asks of its people. */
import {
  type ConsoleAnswer,
  type ConsoleSent,
  consoleCall,
  consoleQuery,
} from '../../api/console.ts';

export type PartnerProfile = ConsoleAnswer<'GET settings/getPartner'>;
export type ProfileChange = ConsoleSent<'POST settings/updatePartnerProfile'>;

export const partnerProfileQuery = (partner: number) =>
  consoleQuery(partner, 'GET settings/getPartner', {});

export const changePartnerProfile = (partner: number, change: ProfileChange) =>
  consoleCall(partner, 'POST settings/updatePartnerProfile', change);
