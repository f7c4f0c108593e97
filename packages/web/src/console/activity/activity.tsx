import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Days } from '../../activity/days.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { PageTitle } from '../../ui/frame/page-title.tsx';
import { Icon } from '../../ui/icons.tsx';
import { LoadingRows } from '../../ui/loading.tsx';
import { useMember } from '../member.ts';
import { ActivityFilters } from './activity-filters.tsx';
import { csvAddress, partnerActivityQuery } from './activity-list.ts';
import type { PartnerActivitySearch } from './activity-search.ts';
import { PartnerEntry } from './partner-entry.tsx';
import '../../activity/activity.css';
import '../settings-pages.css';
import './activity.css';

/** Who did what, in all of the partner's accounts and to the partner itself. */
export function ActivityPage() {
  const { t } = useTranslation();
  const { partner, name } = useMember();
  const search = getRouteApi('/p/$partner/activity').useSearch();
  return (
    <>
      <PageTitle
        title={t('activity.title')}
        within={name}
        sentence={t('partnerActivity.sentence')}
        action={
          <Button
            component="a"
            href={csvAddress(partner, search)}
            download
            variant="default"
            leftSection={<Icon name="download" />}
            aria-label={t('partnerActivity.csvLong')}
          >
            {t('partnerActivity.csv')}
          </Button>
        }
      />
      <div className="stack">
        <ActivityFilters search={search} />
        <Entries search={search} />
      </div>
    </>
  );
}

/** Pages that hold nothing of what is looked for, and are passed without being asked. */
const PASSED = 5;

function Entries({ search }: { search: PartnerActivitySearch }) {
  const { t } = useTranslation();
  const { partner } = useMember();
  const log = useInfiniteQuery(partnerActivityQuery(partner, search));
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = log;
  const entries = log.data?.pages.flatMap(({ list }) =>
    list.map((event) => ({ ...event, at: event.timestamp })),
  );
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
      {((log.isPending && !log.error) || isLooking) && <LoadingRows count={8} height={40} />}
      {entries?.length === 0 && !isLooking && (
        <Nothing isNarrowed={Object.keys(search).length > 0} isFurther={hasNextPage} />
      )}
      {entries && entries.length > 0 && (
        <div className="activity partner-activity" aria-busy={log.isPlaceholderData}>
          <Days entries={entries}>
            {(event) => <PartnerEntry key={event.event_id} event={event} search={search} />}
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
            {t(entries?.length === 0 ? 'activity.further' : 'partnerActivity.older')}
          </Button>
        </div>
      )}
    </>
  );
}

function Nothing({ isNarrowed, isFurther }: { isNarrowed: boolean; isFurther: boolean }) {
  const { t } = useTranslation();
  if (!isNarrowed) return <p className="panel muted">{t('partnerActivity.none')}</p>;
  return (
    <p className="panel muted">
      {t(isFurther ? 'activity.noneLately' : 'partnerActivity.noneOfThese')}{' '}
      <Link
        from="/p/$partner/activity"
        to="."
        search={{}}
        activeOptions={{ exact: true, includeSearch: true }}
      >
        {t('activity.showAll')}
      </Link>
    </p>
  );
}
