import { Skeleton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../ui/icons.tsx';
import type { AccountListed } from './account-list.ts';
import { AccountRow } from './account-row.tsx';
import { type AccountsSearch, type Sort, type Sortable, sortables } from './accounts-search.ts';

/** In their order; those that can be sorted by have the same names there. */
const columns = ['name', 'id', 'server', 'status', 'agents', 'builder', 'changed'] as const;
type Column = (typeof columns)[number];

type Props = {
  list: readonly AccountListed[];
  search: AccountsSearch;
  onSort: (sort: Sort | undefined) => void;
};

export function AccountsTable({ list, search, onSort }: Props) {
  const { t } = useTranslation();
  return (
    <div className="list-box">
      <table className="list-table">
        <caption className="unseen">{t('list.title')}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column} column={column} sort={search.sort} onSort={onSort} />
            ))}
            <th className="col-menu">
              <span className="unseen">{t('agents.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {list.map((account) => (
            <AccountRow key={`${account.server}/${account.account_id}`} account={account} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

type HeadProps = { column: Column; sort: Sort | undefined; onSort: Props['onSort'] };

/** What it was sorted by, then the other way, then as it comes; newest first of what changes. */
function Head({ column, sort, onSort }: HeadProps) {
  const { t } = useTranslation();
  const label = t(`list.column.${column}`);
  const sortable: Sortable | undefined = sortables.find((name) => name === column);
  if (!sortable)
    return (
      <th scope="col" className={`col-${column}`}>
        {label}
      </th>
    );
  const up = sort === sortable;
  const down = sort === `-${sortable}`;
  const order: Sort[] =
    sortable === 'changed' ? ['-changed', 'changed'] : [sortable, `-${sortable}`];
  const next = order[sort === undefined ? 0 : order.indexOf(sort) + 1];
  return (
    <th
      scope="col"
      className={`col-${column}`}
      aria-sort={up ? 'ascending' : down ? 'descending' : 'none'}
    >
      <button type="button" className="list-sort" onClick={() => onSort(next)}>
        {label}
        {(up || down) && <Icon name={up ? 'up' : 'down'} />}
      </button>
    </th>
  );
}

const SKELETONS = Array.from({ length: 10 }, (_, index) => index);

/** As tall as the first rows will be. */
export function AccountsSkeleton() {
  const { t } = useTranslation();
  return (
    <div className="list-box" role="status">
      <span className="unseen">{t('common.loading')}</span>
      <div className="list-loading" aria-hidden="true">
        {SKELETONS.map((index) => (
          <div key={index}>
            <Skeleton height={12} width={`${24 + ((index * 7) % 5) * 4}%`} />
            <Skeleton height={12} width="9%" />
            <Skeleton height={12} width="9%" />
          </div>
        ))}
      </div>
    </div>
  );
}
