/**
 * The one live stream of the open account, fed into the query cache. It comes back by itself; each
 * time it ends, the account is asked again first, and its answer decides.
 */
import type { LiveEvents } from '@switchboard/contract';
import type { QueryClient } from '@tanstack/react-query';
import { ApiFailure } from './request.ts';
import { closedQuery, readWorkspace, workspaceQuery } from './workspace.ts';

const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 5_000;

type Live = { accountId: number; client: QueryClient; onFailure: (failure: ApiFailure) => void };

/** Opens the stream; the function it returns closes it. */
export function watchAccount({ accountId, client, onFailure }: Live): () => void {
  const { queryKey } = workspaceQuery(accountId);
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waitMs = FIRST_WAIT_MS;
  let stopped = false;

  const stop = () => {
    stopped = true;
    source?.close();
    clearTimeout(timer);
  };

  const on = <E extends keyof LiveEvents>(event: E, act: (data: LiveEvents[E]) => void) =>
    source?.addEventListener(event, (message) => {
      if (!stopped) act(JSON.parse(message.data));
    });

  function connect() {
    if (stopped) return;
    source = new EventSource(`/api/workspace/${accountId}/live`);
    on('state', (state) => {
      waitMs = FIRST_WAIT_MS;
      client.setQueryData(queryKey, state);
    });
    on('settings', (settings) => {
      client.setQueryData(queryKey, (state) => state && { ...state, settings });
      void client.invalidateQueries({ queryKey: ['log', accountId] });
    });
    on('account', (account) => {
      client.setQueryData(queryKey, (state) => state && { ...state, account });
      void client.invalidateQueries({ queryKey: ['log', accountId] });
    });
    on('disabled', (closed) => {
      stop();
      client.setQueryData(closedQuery(accountId).queryKey, closed);
    });
    source.addEventListener('error', () => {
      source?.close();
      void askThenConnect();
    });
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
