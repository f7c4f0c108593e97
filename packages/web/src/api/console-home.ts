/** Who is signed in at the console, and for which partners they work. */
import type { MemberRole } from '@switchboard/contract';
import { queryOptions } from '@tanstack/react-query';
import { request } from './request.ts';

export type PartnerOfPerson = {
  partner: number;
  name: string;
  role: MemberRole;
  state: 'active' | 'suspended' | 'sign_in_again';
};
export type ConsoleHome = {
  person: { id: string; name: string; email: string };
  partners: PartnerOfPerson[];
};

export const consoleHomeQuery = queryOptions({
  queryKey: ['GET /api/console'],
  queryFn: () => request<ConsoleHome>('GET', '/api/console'),
});
