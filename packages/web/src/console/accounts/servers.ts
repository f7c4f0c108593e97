/** The servers that the partner's accounts can be on. */
import { queryOptions } from '@tanstack/react-query';
import { consoleQuery } from '../../api/console.ts';

const FIVE_MINUTES_MS = 300_000;

export const serversQuery = (partner: number) =>
  queryOptions({
    ...consoleQuery(partner, 'GET online/getServers', {}),
    // An operator adds one now and then; none ever goes.
    staleTime: FIVE_MINUTES_MS,
  });
