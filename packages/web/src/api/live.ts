/** The live stream of the open account, fed into the query cache. */
import type { LiveEvents } from '@switchboard/contract';
import type { QueryClient } from '@tanstack/react-query';
import { keepStream } from './kept-stream.ts';
import { ApiFailure } from './request.ts';
import { closedQuery, logKey, readWorkspace, workspaceQuery } from './workspace.ts';

type Live = { accountId: number; client: QueryClient; onFailure: (failure: ApiFailure) => void };

/** Opens the stream; the function it returns closes it. */
export function watchAccount({ accountId, client, onFailure }: Live): () => void {
  const { queryKey } = workspaceQuery(accountId);
  let isOver = false;
  const stop = () => {
    isOver = true;
    stream.stop();
  };

  const stream = keepStream<LiveEvents>({
    url: `/api/workspace/${accountId}/live`,
    // What a tab hears is told to the same agent's tabs only.
    key: () => {
      const agentId = client.getQueryData(queryKey)?.agent.id ?? 0;
      return `switchboard.live.${accountId}.${agentId}`;
    },
    acts: {
      state: (state) => {
        stream.works();
        client.setQueryData(queryKey, state);
      },
      settings: (settings) => {
        client.setQueryData(queryKey, (state) => state && { ...state, settings });
        void client.invalidateQueries({ queryKey: logKey(accountId) });
      },
      account: (account) => {
        client.setQueryData(queryKey, (state) => state && { ...state, account });
        void client.invalidateQueries({ queryKey: logKey(accountId) });
      },
      disabled: (closed) => {
        stop();
        client.setQueryData(closedQuery(accountId).queryKey, closed);
      },
      replaced: () => stream.rest(),
    },
    ask: async () => {
      try {
        const state = await readWorkspace(accountId);
        if (!isOver) client.setQueryData(queryKey, state);
      } catch (failure) {
        if (isOver || !(failure instanceof ApiFailure)) return false;
        if (passing.has(failure.code)) return true;
        stop();
        onFailure(failure);
        return false;
      }
      return true;
    },
  });
  return stop;
}

/** Failures that say nothing about the account: try again. */
const passing = new Set<string>(['no_connection', 'unavailable', 'internal_error']);
