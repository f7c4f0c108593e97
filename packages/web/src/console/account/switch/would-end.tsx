import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useMember } from '../../member.ts';
import { type AccountKey, dryRunQuery } from '../account-calls.ts';

/** What switching off would cut, in numbers; nothing where they could not be had. */
export function WouldEnd({ account }: { account: AccountKey }) {
  const { t } = useTranslation();
  const { partner } = useMember();
  const { data, isPending } = useQuery(dryRunQuery(partner, account));
  return (
    <div aria-live="polite">
      {isPending && <Skeleton height={24} />}
      {data && (
        <p>
          <strong>
            {data.people === 0
              ? t('console.account.end.nobody')
              : t('console.account.end.people', { count: data.people })}
          </strong>
          {data.login_links > 0 && (
            <> {t('console.account.end.links', { count: data.login_links })}</>
          )}
        </p>
      )}
    </div>
  );
}
