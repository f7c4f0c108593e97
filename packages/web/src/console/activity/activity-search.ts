/** What the address says of the partner's activity that is shown. */
import { MOST_ID, type PartnerActivityKind, partnerActivityKinds } from '@switchboard/contract';

export type PartnerActivitySearch = {
  kind?: PartnerActivityKind | undefined;
  /** An account's number, and its server. */
  account?: number | undefined;
  server?: string | undefined;
  /** A person's id, a credential's client id; of an account also an agent's number. */
  actor?: string | undefined;
  /** The first and the last day, `2026-11-27`, as the reader's clock has them. */
  from?: string | undefined;
  to?: string | undefined;
};

/** What it does not know it leaves out. */
export function partnerActivitySearch(search: Record<string, unknown>): PartnerActivitySearch {
  const kind = partnerActivityKinds.find((name) => name === search.kind);
  const account = Number(search.account);
  const isAccount = Number.isInteger(account) && account > 0 && account <= MOST_ID;
  // The router reads digits as a number.
  const text = (name: string, pattern: RegExp) => {
    const value = search[name];
    const written = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
    return pattern.test(written) ? { [name]: written } : {};
  };
  const day = (name: string) => {
    const found = text(name, /^\d{4}-\d{2}-\d{2}$/);
    return startOf(found[name]) === undefined ? {} : found;
  };
  return {
    ...(kind ? { kind } : {}),
    ...(isAccount ? { account, ...text('server', /^[a-z0-9-]{1,50}$/) } : {}),
    ...text('actor', /^[\w-]{1,100}$/),
    ...day('from'),
    ...day('to'),
  };
}

/** What a call is asked with. */
export function filtersOf({ kind, account, server, actor, from, to }: PartnerActivitySearch) {
  const after = startOf(from);
  const before = startOf(to, 1);
  return {
    ...(kind ? { kind } : {}),
    ...(account ? { account_id: account, ...(server ? { server } : {}) } : {}),
    ...(actor ? { actor } : {}),
    ...(after === undefined ? {} : { after }),
    ...(before === undefined ? {} : { before }),
  };
}

/** When a day begins, or one so many later, in Unix seconds; undefined for none. */
function startOf(day: string | undefined, later = 0): number | undefined {
  const [year = 0, month = 0, date = 0] = (day ?? '').split('-').map(Number);
  if (!day || year < 1971) return undefined;
  const at = new Date(year, month - 1, date + later);
  const is = new Date(year, month - 1, date);
  if (is.getMonth() !== month - 1 || is.getDate() !== date) return undefined;
  return Math.floor(at.getTime() / 1000);
}

/** A day as the address has it, so many before today. */
export function dayBefore(days: number): string {
  const now = new Date();
  const at = new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
