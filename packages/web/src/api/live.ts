/**
 * The one live stream of the open account, fed into the query cache. It comes back by itself; each
 * time it ends, the account is asked again first, and its answer decides. Where it made room for
 * others it comes back when somebody turns to the page.
 */
import type { LiveEvents } from '@switchboard/contract';
import type { QueryClient } from '@tanstack/react-query';
import { ApiFailure } from './request.ts';
import { openSharedStream } from './shared-stream.ts';
import { whenTurnedTo } from './turned-to.ts';
import { closedQuery, logKey, readWorkspace, workspaceQuery } from './workspace.ts';

const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 5_000;

type Live = { accountId: number; client: QueryClient; onFailure: (failure: ApiFailure) => void };

/** Opens the stream; the function it returns closes it. */
export function watchAccount({ accountId, client, onFailure }: Live): () => void {
  const { queryKey } = workspaceQuery(accountId);
  let close: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waitMs = FIRST_WAIT_MS;
  let stopped = false;
  let forgetReturn = () => {};

  const stop = () => {
    stopped = true;
    close?.();
    clearTimeout(timer);
    forgetReturn();
  };

  const acts: { [E in keyof LiveEvents]: (data: LiveEvents[E]) => void } = {
    state: (state) => {
      waitMs = FIRST_WAIT_MS;
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
    replaced: () => {
      close?.();
      clearTimeout(timer);
      forgetReturn();
      forgetReturn = whenTurnedTo(() => void askThenConnect());
    },
  };

  function connect() {
    if (stopped) return;
    // What a tab hears is told to the same agent's tabs only.
    const agentId = client.getQueryData(queryKey)?.agent.id ?? 0;
    close = openSharedStream(
      `/api/workspace/${accountId}/live`,
      `switchboard.live.${accountId}.${agentId}`,
      Object.keys(acts),
      {
        event: (name, data) => {
          if (!stopped) acts[name as keyof LiveEvents](data as never);
        },
        lost: () => {
          close?.();
          void askThenConnect();
        },
      },
    );
  }

  async function askThenConnect() {
    try {
      const state = await readWorkspace(accountId);
      if (!stopped) client.setQueryData(queryKey, state);
    } catch (failure) {
      if (stopped || !(failure instanceof ApiFailure)) return;
      if (!passing.has(failure.code)) {
        stop();
        onFailure(failure);
        return;
      }
    }
    if (stopped) return;
    timer = setTimeout(connect, waitMs);
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  }

  connect();
  return stop;
}

/** Failures that say nothing about the account: try again. */
const passing = new Set<string>(['no_connection', 'unavailable', 'internal_error']);
