/** What the address says of the accounts that are shown. */

export const filters = {
  status: ['active', 'disabled'],
  builder: ['with', 'without', 'failing'],
  entered: ['never'],
} as const;
export type FilterName = keyof typeof filters;

export const sortables = ['name', 'id', 'changed'] as const;
export type Sortable = (typeof sortables)[number];
export type Sort = Sortable | `-${Sortable}`;
/** A list that was not sorted is by server, then number. */
const sorts: readonly Sort[] = sortables.flatMap((name): Sort[] => [name, `-${name}`]);

export type AccountsSearch = {
  q?: string | undefined;
  server?: string | undefined;
  sort?: Sort | undefined;
  cursor?: string | undefined;
} & { [F in FilterName]?: (typeof filters)[F][number] | undefined };

const MOST_CHARACTERS = 100;

/** What it does not know it leaves out. */
export function accountsSearch(search: Record<string, unknown>): AccountsSearch {
  // The router reads digits as a number.
  const text = (name: string): string =>
    ['string', 'number'].includes(typeof search[name]) ? String(search[name]) : '';
  const oneOf = <T extends string>(name: string, known: readonly T[]) => {
    const found = known.find((value) => value === search[name]);
    return found ? { [name]: found } : {};
  };
  const q = [...text('q')].slice(0, MOST_CHARACTERS).join('');
  const cursor = text('cursor');
  const server = text('server');
  return {
    ...(q.trim() ? { q } : {}),
    ...oneOf('status', filters.status),
    ...(/^[a-z0-9-]{1,50}$/.test(server) ? { server } : {}),
    ...oneOf('builder', filters.builder),
    ...oneOf('entered', filters.entered),
    ...oneOf('sort', sorts),
    ...(cursor ? { cursor } : {}),
  };
}

/** Whether a filter hides some; searching is another matter. */
export const isNarrowed = ({ status, server, builder, entered }: AccountsSearch): boolean =>
  [status, server, builder, entered].some((value) => value !== undefined);
