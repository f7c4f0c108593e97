import { partnerActivityKinds } from '@switchboard/contract';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { AccountFilter } from './account-filter.tsx';
import type { PartnerActivitySearch } from './activity-search.ts';
import { ActorFilter } from './actor-filter.tsx';
import { TimeFilter } from './time-filter.tsx';

/** Words in a line: one kind or everything; then of which account, of whom and when. */
export function ActivityFilters({ search }: { search: PartnerActivitySearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: '/p/$partner/activity' });
  const change = (part: PartnerActivitySearch) =>
    void navigate({ to: '.', search: { ...search, ...part }, resetScroll: false });
  const { kind: _, ...narrowed } = search;
  return (
    <div className="activity-filter">
      <nav aria-label={t('activity.kinds')}>
        {[undefined, ...partnerActivityKinds].map((kind) => (
          <Link
            key={kind ?? ''}
            from="/p/$partner/activity"
            to="."
            search={{ ...narrowed, ...(kind ? { kind } : {}) }}
            activeOptions={{ exact: true, includeSearch: true }}
            resetScroll={false}
          >
            {t(`partnerActivity.kind.${kind ?? 'all'}`)}
          </Link>
        ))}
      </nav>
      <div className="activity-narrow">
        <AccountFilter search={search} onChange={change} />
        <ActorFilter search={search} onChange={change} />
        <TimeFilter search={search} onChange={change} />
        {Object.keys(narrowed).length > 0 && (
          <Link
            from="/p/$partner/activity"
            to="."
            search={search.kind ? { kind: search.kind } : {}}
            activeOptions={{ exact: true, includeSearch: true }}
            resetScroll={false}
            className="activity-clear"
          >
            {t('partnerActivity.clear')}
          </Link>
        )}
      </div>
    </div>
  );
}
