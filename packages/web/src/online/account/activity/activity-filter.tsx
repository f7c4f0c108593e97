import { NativeSelect } from '@mantine/core';
import { activityKinds } from '@switchboard/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { logPeopleQuery } from '../../../api/workspace.ts';
import { useAccount } from '../open-account.ts';
import type { ActivitySearch } from './activity-search.ts';

/** Words in a line: one kind or everything, and of whom; both stand in the address. */
export function ActivityFilter({ search }: { search: ActivitySearch }) {
  const { t } = useTranslation();
  return (
    <div className="activity-filter">
      <nav aria-label={t('activity.kinds')}>
        {[undefined, ...activityKinds].map((kind) => (
          <Link
            key={kind ?? ''}
            from="/accounts/$accountId/activity"
            to="."
            search={{ ...search, kind }}
            activeOptions={{ exact: true, includeSearch: true }}
            resetScroll={false}
          >
            {t(`activity.kind.${kind ?? 'all'}`)}
          </Link>
        ))}
      </nav>
      <PersonSelect search={search} />
    </div>
  );
}

function PersonSelect({ search }: { search: ActivitySearch }) {
  const { t } = useTranslation();
  const { account } = useAccount();
  const navigate = useNavigate({ from: '/accounts/$accountId/activity' });
  const people = useQuery(logPeopleQuery(account.account_id)).data?.people ?? [];
  const options = people.map(({ person, name, has_left }) => ({
    value: person,
    label: name || t(person === 'partner' ? 'actor.partner' : 'activity.someone'),
    has_left,
  }));
  const chosen = search.person === undefined ? '' : String(search.person);
  // Before the list has come, and for whom it does not know.
  const isUnknown = chosen !== '' && !options.some(({ value }) => value === chosen);
  const here = options.filter(({ has_left }) => !has_left);
  const left = options.filter(({ has_left }) => has_left);
  const choose = (value: string) => {
    const person = value === 'partner' ? value : Number(value) || undefined;
    void navigate({ to: '.', search: { ...search, person }, resetScroll: false });
  };
  return (
    <NativeSelect
      size="sm"
      aria-label={t('activity.person')}
      value={chosen}
      onChange={({ target }) => choose(target.value)}
    >
      <option value="">{t('activity.everyone')}</option>
      {isUnknown && <option value={chosen}>{t('activity.someone')}</option>}
      {here.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
      {left.length > 0 && (
        <optgroup label={t('activity.left')}>
          {left.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </optgroup>
      )}
    </NativeSelect>
  );
}
