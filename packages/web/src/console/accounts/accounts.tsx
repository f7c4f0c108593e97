import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { FailureNote } from '../../ui/failure-note.tsx';
import { PageTitle } from '../../ui/frame/page-title.tsx';
import { useMember } from '../member.ts';
import { AccountFilters } from './account-filters.tsx';
import { type AccountListed, accountsQuery } from './account-list.ts';
import { AccountSearch } from './account-search.tsx';
import { AccountsEmpty } from './accounts-empty.tsx';
import { AccountsPager } from './accounts-pager.tsx';
import { type AccountsSearch, isNarrowed } from './accounts-search.ts';
import { AccountsSkeleton, AccountsTable } from './accounts-table.tsx';
import { CreateLink } from './create-link.tsx';
import './list-tools.css';
import './accounts.css';

/** Every account of the partner, searched, narrowed and sorted as the address says. */
export function AccountsPage() {
  const { t } = useTranslation();
  const { partner, name } = useMember();
  const search = getRouteApi('/p/$partner/accounts').useSearch();
  const navigate = useNavigate({ from: '/p/$partner/accounts' });
  const { data, error, refetch, isPlaceholderData } = useQuery(accountsQuery(partner, search));
  const list: readonly AccountListed[] = data?.list ?? [];
  const isAsked = search.q !== undefined || isNarrowed(search);
  // An empty answer to what was asked before says nothing of this.
  const isUnknown = !data || (isPlaceholderData && list.length === 0 && !isAsked);
  const hasNone = !isUnknown && data.totalOnline === 0 && !isAsked;

  /** Whatever is asked anew begins at its first page. */
  const change = (part: AccountsSearch, replace = false) =>
    void navigate({
      to: '.',
      search: { ...search, ...part, cursor: undefined },
      replace,
      resetScroll: false,
    });

  return (
    <>
      <PageTitle title={t('list.title')} within={name} action={!hasNone && <CreateLink />} />
      {!hasNone && (
        <div className="list-tools">
          <AccountSearch q={search.q ?? ''} onChange={(q) => change({ q: q || undefined }, true)} />
          <AccountFilters search={search} onChange={change} />
        </div>
      )}
      {error ? (
        <FailureNote failure={error} retry={refetch} />
      ) : isUnknown ? (
        <AccountsSkeleton />
      ) : list.length === 0 ? (
        <AccountsEmpty search={search} onChange={change} />
      ) : (
        <div aria-busy={isPlaceholderData} className="list-page">
          <AccountsTable list={list} search={search} onSort={(sort) => change({ sort })} />
          <AccountsPager
            search={search}
            shown={list.length}
            all={data.totalOnline}
            next={data.next_cursor}
          />
        </div>
      )}
      <p className="unseen" role="status">
        {data && !isPlaceholderData && t('list.count', { count: data.totalOnline })}
      </p>
    </>
  );
}
