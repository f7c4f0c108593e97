/** How a builder was found: the row, its wire form, and of a link what is known: its origin. */
import type { BuilderCheck } from '@switchboard/contract';
import sql, { raw, type Sql } from 'sql-template-tag';
import type { Db } from '../database/database.ts';

type CheckRow = {
  origin: string;
  state: BuilderCheck['state'];
  at: Date | null;
  tls_days: number | null;
};

/** As answers spread it: nothing where there is no link. */
export type WithCheck = { builder_check?: BuilderCheck };

/** Of a row of `accounts`: its link up to its path. One origin may be spelt in many ways. */
export const LINK_START: Sql = raw(
  `split_part(builder_url, '/', 1) || '//' || split_part(builder_url, '/', 3)`,
);

/** Scheme, host and port of a link; path and query may hold secrets. Undefined for anything else. */
export function originOf(url: string): string | undefined {
  if (!/^https?:/i.test(url) || !URL.canParse(url)) return undefined;
  return new URL(url).origin;
}

/**
 * How the builders of some links were found. One statement for all of them, and none where there
 * are no links.
 */
export async function readChecks(
  db: Db,
  urls: readonly string[],
): Promise<(url: string) => WithCheck> {
  const origins = new Set(urls.flatMap((url) => (url === '' ? [] : (originOf(url) ?? []))));
  const rows =
    origins.size === 0
      ? []
      : await db.query<CheckRow>(sql`
          select origin, state, at, tls_days
          from builder_checks
          where origin = any (${[...origins]})`);
  const found = new Map(rows.map((row) => [row.origin, toWire(row)]));
  return (url) => {
    const origin = url === '' ? undefined : originOf(url);
    if (origin === undefined) return {};
    return { builder_check: found.get(origin) ?? { state: 'not_checked', at: null } };
  };
}

const FAILING: readonly BuilderCheck['state'][] = ['unreachable', 'bad_tls', 'server_error'];

/** Those of some links behind which the last look found no builder. */
export async function readFailing(db: Db, urls: readonly string[]): Promise<string[]> {
  const checkOf = await readChecks(db, urls);
  return urls.filter((url) => {
    const { builder_check: check } = checkOf(url);
    return check && FAILING.includes(check.state);
  });
}

const toWire = ({ state, at, tls_days }: CheckRow): BuilderCheck => ({
  state,
  at: at?.toISOString() ?? null,
  ...(tls_days !== null && { tls_days }),
});
