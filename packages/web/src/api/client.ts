/** The query cache, and the one place that acts on failures that end a visit wherever they occur. */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiFailure } from './request.ts';

const RETRIES = 2;
const FRESH_MS = 15_000;

export function newClient(onFailure: (failure: ApiFailure) => void): QueryClient {
  const onError = (error: Error) => {
    if (error instanceof ApiFailure) onFailure(error);
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        retry: (count, error) =>
          count < RETRIES &&
          error instanceof ApiFailure &&
          (error.code === 'no_connection' || error.code === 'unavailable'),
        retryDelay: (count) => 300 * 2 ** count,
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}
