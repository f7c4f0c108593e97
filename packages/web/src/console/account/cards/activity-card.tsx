import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMember } from '../../member.ts';
import { type AccountKey, activityQuery } from '../account-calls.ts';
import { ActivityLine } from './activity-line.tsx';
import { Card } from './card.tsx';

/** What happened in the account, newest first. */
export function ActivityCard({ account }: { account: AccountKey }) {
  const { t } = useTranslation();
  const { partner } = useMember();
  const activity = useInfiniteQuery(activityQuery(partner, account));
  const { data, error, isPending, refetch } = activity;
  const entries = data?.pages.flatMap(({ list }) => list) ?? [];
  return (
    <Card
      id="account-activity"
      title={t('activity.title')}
      note={
        <Link
          to="/p/$partner/activity"
          params={{ partner: String(partner) }}
          search={{ account: account.account_id, server: account.server }}
        >
          {t('console.account.allActivity')}
        </Link>
      }
      isPending={isPending}
      failure={data ? null : error}
      retry={refetch}
      height={280}
    >
      {entries.length === 0 && <p className="muted">{t('activity.none')}</p>}
      {entries.length > 0 && (
        <ol className="lines">
          {entries.map((entry) => (
            <ActivityLine key={entry.event_id} entry={entry} />
          ))}
        </ol>
      )}
      {activity.hasNextPage && (
        <Button
          variant="default"
          size="compact-sm"
          mt={12}
          loading={activity.isFetchingNextPage}
          onClick={() => activity.fetchNextPage()}
        >
          {t('activity.more')}
        </Button>
      )}
    </Card>
  );
}
