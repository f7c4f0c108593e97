/** The query cache, and the one place that acts on failures that end a visit wherever they occur. */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ConsoleRefusal } from './console-refusal.ts';
import { ApiFailure } from './request.ts';

const RETRIES = 2;
const FRESH_MS = 15_000;

/** Of a page call, or of a call of the Partner API from the console. */
export type AnyFailure = ApiFailure | ConsoleRefusal;

export const isFailure = (error: Error | null): error is AnyFailure =>
  error instanceof ApiFailure || error instanceof ConsoleRefusal;

export function newClient(onFailure: (failure: AnyFailure) => void): QueryClient {
  const onError = (error: Error) => {
    if (isFailure(error)) onFailure(error);
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        retry: (count, error) =>
          count < RETRIES &&
          isFailure(error) &&
          (error.code === 'no_connection' || error.code === 'unavailable'),
        retryDelay: (count) => 300 * 2 ** count,
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}
