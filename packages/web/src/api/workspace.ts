/** An account's workspace: what is read goes through the query cache, what is written is a call. */
import type {
  AgentInvitation,
  AgentList,
  Role,
  SettingsChange,
  SupportContact,
} from '@switchboard/contract';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { call, queryOf, type Sent } from './call.ts';

const LOG_PAGE = 30;

export const accountsQuery = queryOf('GET /api/workspace', {});

export const readWorkspace = (account_id: number) =>
  call('GET /api/workspace/:account_id', { account_id });

/** Fresh for ever: the live stream keeps it so. */
export const workspaceQuery = (account_id: number) => ({
  ...queryOf('GET /api/workspace/:account_id', { account_id }),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Asked again while a new link waits for its first look; not for ever: there may be none. */
export const builderCheckQuery = (account_id: number, builder_url: string) => {
  const asked = queryOf('GET /api/workspace/:account_id/builder-check', { account_id });
  return queryOptions({
    queryKey: [...asked.queryKey, builder_url],
    queryFn: () => call('GET /api/workspace/:account_id/builder-check', { account_id }),
    refetchInterval: ({ state: { data, dataUpdateCount } }) =>
      data?.builder_check?.at === null && dataUpdateCount < MOST_POLLS ? CHECK_POLL_MS : false,
  });
};
const CHECK_POLL_MS = 5_000;
const MOST_POLLS = 24;

/** Filled when an account turned out to be disabled, by whichever call or event said so first. */
export type ClosedAccount = { account_name: string; support: SupportContact | undefined };
export const closedQuery = (accountId: number) =>
  queryOptions({
    queryKey: ['closed', accountId],
    queryFn: (): Promise<ClosedAccount | null> => Promise.resolve(null),
    enabled: false,
  });

export const agentsQuery = (account_id: number) =>
  queryOf('GET /api/workspace/:account_id/agents', { account_id });

/** What becomes of a mail is known only after a while: asked again while somebody waits for one. */
export const pollForMail = (list: AgentList | undefined) =>
  list?.agents.some(({ state, not_delivered }) => state === 'waiting' || not_delivered)
    ? MAIL_POLL_MS
    : false;
const MAIL_POLL_MS = 5_000;

type LogSent = Sent<'GET /api/workspace/:account_id/log'>;
type Narrowed = { person?: 'partner' | number | undefined; kind?: LogSent['kind'] | undefined };

/** Keeps showing what it showed until what it is narrowed to has come. */
export const logQuery = (account_id: number, { person, kind }: Narrowed) =>
  infiniteQueryOptions({
    queryKey: ['GET /api/workspace/:account_id/log', { account_id, person, kind }],
    placeholderData: keepPreviousData,
    // Whatever was done on another page is there.
    staleTime: 0,
    queryFn: ({ pageParam }) =>
      call('GET /api/workspace/:account_id/log', {
        account_id,
        limit: LOG_PAGE,
        ...(person ? { person: String(person) } : {}),
        ...(kind ? { kind } : {}),
        ...(pageParam ? { before: pageParam } : {}),
      }),
    initialPageParam: 0,
    getNextPageParam: (page) => page.next,
  });

/** Of the log, however it is narrowed. */
export const logKey = (account_id: number) => [
  'GET /api/workspace/:account_id/log',
  { account_id },
];

export const logPeopleQuery = (account_id: number) => ({
  ...queryOf('GET /api/workspace/:account_id/log/people', { account_id }),
  staleTime: 0,
});

export const changeSettings = (account_id: number, change: SettingsChange) =>
  call('PATCH /api/workspace/:account_id/settings', { account_id, ...change });

export const inviteAgent = (account_id: number, invitation: AgentInvitation) =>
  call('POST /api/workspace/:account_id/agents', { account_id, ...invitation });

export const changeRole = (account_id: number, agent_id: number, role: Role) =>
  call('PATCH /api/workspace/:account_id/agents/:agent_id', { account_id, agent_id, role });

export const removeAgent = (account_id: number, agent_id: number) =>
  call('DELETE /api/workspace/:account_id/agents/:agent_id', { account_id, agent_id });

export const sendInvitationAgain = (account_id: number, agent_id: number) =>
  call('POST /api/workspace/:account_id/agents/:agent_id/invitation', { account_id, agent_id });

export const lookAtInvitation = (token: string) => call('POST /api/invitation', { token });

export const acceptInvitation = (acceptance: Sent<'POST /api/invitation/accept'>) =>
  call('POST /api/invitation/accept', acceptance);
