import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Days } from '../../../activity/days.tsx';
import { logQuery } from '../../../api/workspace.ts';
import { FailureNote } from '../../../ui/failure-note.tsx';
import { PageTitle } from '../../../ui/frame/page-title.tsx';
import { Loading } from '../../../ui/loading.tsx';
import { useAccount } from '../open-account.ts';
import { ActivityEntry } from './activity-entry.tsx';
import { ActivityFilter } from './activity-filter.tsx';
import type { ActivitySearch } from './activity-search.ts';
import '../../../activity/activity.css';

export function ActivityPage() {
  const { t } = useTranslation();
  const { account, settings } = useAccount();
  const search = getRouteApi('/accounts/$accountId/activity').useSearch();
  return (
    <>
      <PageTitle
        title={t('activity.title')}
        within={account.account_name}
        sentence={t('activity.sentence')}
      />
      <div className="stack">
        <ActivityFilter search={search} />
        <Entries accountId={account.account_id} search={search} timeZone={settings.time_zone} />
      </div>
    </>
  );
}

/** Pages that hold nothing of what is looked for, and are passed without being asked. */
const PASSED = 5;

type Props = { accountId: number; search: ActivitySearch; timeZone: string };

function Entries({ accountId, search, timeZone }: Props) {
  const { t } = useTranslation();
  const log = useInfiniteQuery(logQuery(accountId, search));
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = log;
  const entries = log.data?.pages.flatMap((page) => page.entries);
  const isLooking =
    entries?.length === 0 &&
    hasNextPage &&
    !isFetchNextPageError &&
    (log.data?.pages.length ?? 0) < PASSED;

  useEffect(() => {
    if (isLooking && !isFetching) void fetchNextPage();
  }, [isLooking, isFetching, fetchNextPage]);

  return (
    <>
      {!isFetchNextPageError && <FailureNote failure={log.error} retry={log.refetch} />}
      {(log.isPending || isLooking) && <Loading height={320} />}
      {entries?.length === 0 && !isLooking && (
        <Nothing isNarrowed={Object.keys(search).length > 0} isFurther={hasNextPage} />
      )}
      {entries && entries.length > 0 && (
        <div className="activity" aria-busy={log.isPlaceholderData}>
          <Days entries={entries} timeZone={timeZone}>
            {(entry) => <ActivityEntry key={entry.id} entry={entry} timeZone={timeZone} />}
          </Days>
        </div>
      )}
      {isFetchNextPageError && (
        <FailureNote failure={log.error} retry={() => void fetchNextPage()} />
      )}
      {hasNextPage && !isLooking && !isFetchNextPageError && (
        <div>
          <Button
            variant="default"
            loading={log.isFetchingNextPage}
            onClick={() => void fetchNextPage()}
          >
            {t(entries?.length === 0 ? 'activity.further' : 'activity.more')}
          </Button>
        </div>
      )}
    </>
  );
}

function Nothing({ isNarrowed, isFurther }: { isNarrowed: boolean; isFurther: boolean }) {
  const { t } = useTranslation();
  if (!isNarrowed) return <p className="panel muted">{t('activity.none')}</p>;
  return (
    <p className="panel muted">
      {t(isFurther ? 'activity.noneLately' : 'activity.noneOfThese')}{' '}
      <Link from="/accounts/$accountId/activity" to="." search={{}}>
        {t('activity.showAll')}
      </Link>
    </p>
  );
}
