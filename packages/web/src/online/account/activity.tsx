import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { logQuery } from '../../api/workspace.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Loading } from '../../ui/loading.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { ActivityEntry } from './activity-entry.tsx';
import { useAccount } from './open-account.ts';
import './activity.css';

export function ActivityPage() {
  const { t } = useTranslation();
  const { account, settings } = useAccount();
  const log = useInfiniteQuery(logQuery(account.account_id));
  const entries = log.data?.pages.flatMap((page) => page.entries);
  return (
    <>
      <PageTitle
        title={t('activity.title')}
        within={account.account_name}
        sentence={t('activity.sentence')}
      />
      <div className="stack">
        {!log.isFetchNextPageError && <FailureNote failure={log.error} retry={log.refetch} />}
        {log.isPending && <Loading height={320} />}
        {entries?.length === 0 && <p className="panel muted">{t('activity.none')}</p>}
        {entries && entries.length > 0 && (
          <ol className="activity">
            {entries.map((entry) => (
              <ActivityEntry key={entry.id} entry={entry} timeZone={settings.time_zone} />
            ))}
          </ol>
        )}
        {log.isFetchNextPageError && (
          <FailureNote failure={log.error} retry={() => void log.fetchNextPage()} />
        )}
        {log.hasNextPage && !log.isFetchNextPageError && (
          <div>
            <Button
              variant="default"
              loading={log.isFetchingNextPage}
              onClick={() => void log.fetchNextPage()}
            >
              {t('activity.more')}
            </Button>
          </div>
        )}
      </div>
    </>
  );
}
