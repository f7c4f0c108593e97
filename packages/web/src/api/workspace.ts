/** An account's workspace: what is read goes through the query cache, what is written is a call. */
import type {
  AccountSettings,
  AccountsOfPerson,
  ActivityLog,
  AgentInvitation,
  AgentList,
  AgentOfAccount,
  InvitationShown,
  Role,
  SettingsChange,
  SupportContact,
  WorkspaceState,
} from '@switchboard/contract';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { request } from './request.ts';

const LOG_PAGE = 30;

const at = (accountId: number, rest = '') => `/api/workspace/${accountId}${rest}`;

export const accountsQuery = queryOptions({
  queryKey: ['accounts'],
  queryFn: () => request<AccountsOfPerson>('GET', '/api/workspace'),
});

export const readWorkspace = (accountId: number) => request<WorkspaceState>('GET', at(accountId));

/** Fresh for ever: the live stream keeps it so. */
export const workspaceQuery = (accountId: number) =>
  queryOptions({
    queryKey: ['workspace', accountId],
    queryFn: () => readWorkspace(accountId),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Filled when an account turned out to be disabled, by whichever call or event said so first. */
export type ClosedAccount = { account_name: string; support: SupportContact | undefined };
export const closedQuery = (accountId: number) =>
  queryOptions({
    queryKey: ['closed', accountId],
    queryFn: (): Promise<ClosedAccount | null> => Promise.resolve(null),
    enabled: false,
  });

export const agentsQuery = (accountId: number) =>
  queryOptions({
    queryKey: ['agents', accountId],
    queryFn: () => request<AgentList>('GET', at(accountId, '/agents')),
  });

export const logQuery = (accountId: number) =>
  infiniteQueryOptions({
    queryKey: ['log', accountId],
    queryFn: ({ pageParam }) =>
      request<ActivityLog>(
        'GET',
        at(accountId, `/log?limit=${LOG_PAGE}${pageParam ? `&before=${pageParam}` : ''}`),
      ),
    initialPageParam: 0,
    getNextPageParam: (page) => page.next,
  });

export const changeSettings = (accountId: number, change: SettingsChange) =>
  request<AccountSettings>('PATCH', at(accountId, '/settings'), change);

export const inviteAgent = (accountId: number, invitation: AgentInvitation) =>
  request<AgentOfAccount>('POST', at(accountId, '/agents'), invitation);

export const changeRole = (accountId: number, agentId: number, role: Role) =>
  request<AgentOfAccount>('PATCH', at(accountId, `/agents/${agentId}`), { role });

export const removeAgent = (accountId: number, agentId: number) =>
  request<unknown>('DELETE', at(accountId, `/agents/${agentId}`));

export const sendInvitationAgain = (accountId: number, agentId: number) =>
  request<unknown>('POST', at(accountId, `/agents/${agentId}/invitation`), {});

export const lookAtInvitation = (token: string) =>
  request<InvitationShown>('POST', '/api/invitation', { token });

export const acceptInvitation = (acceptance: {
  token: string;
  name?: string;
  password?: string;
  memberships?: string[];
}) => request<{ email: string; account_id: number }>('POST', '/api/invitation/accept', acceptance);
