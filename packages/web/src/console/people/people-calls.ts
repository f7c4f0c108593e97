/** The partner's people: what is read and what is written. */
import type { MemberRole } from '@switchboard/contract';
import {
  type ConsoleAnswer,
  type ConsoleSent,
  consoleCall,
  consoleKey,
  consoleQuery,
} from '../../api/console.ts';

export type PersonOfPartner = ConsoleAnswer<'GET settings/getMembers'>['list'][number];
export type Invitation = ConsoleSent<'POST settings/inviteMember'>;

const MAIL_POLL_MS = 5_000;

export const peopleKey = (partner: number) => consoleKey(partner, 'GET settings/getMembers');

/** What becomes of a mail is known only after a while: asked again while somebody waits for one. */
export const peopleQuery = (partner: number) => ({
  ...consoleQuery(partner, 'GET settings/getMembers', {}),
  refetchInterval: ({ state }: { state: { data?: { list: PersonOfPartner[] } | undefined } }) =>
    state.data?.list.some((one) => one.state === 'waiting') ? MAIL_POLL_MS : (false as const),
});

export const invite = (partner: number, invitation: Invitation) =>
  consoleCall(partner, 'POST settings/inviteMember', invitation);

export const inviteAgain = (partner: number, person_id: string) =>
  consoleCall(partner, 'POST settings/inviteMemberAgain', { person_id });

export const changeRole = (partner: number, person_id: string, role: MemberRole) =>
  consoleCall(partner, 'POST settings/updateMember', { person_id, role });

export const remove = (partner: number, person_id: string) =>
  consoleCall(partner, 'DELETE settings/removeMember', { person_id });
