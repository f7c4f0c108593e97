import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { consoleQuery } from '../../api/console.ts';
import { useMember } from '../member.ts';
import type { PartnerActivitySearch } from './activity-search.ts';

const SHOWN = 20;
const TYPING_MS = 200;
const MOST_CHARACTERS = 100;

type Props = { search: PartnerActivitySearch; onChange: (part: PartnerActivitySearch) => void };

/** One account, found by its name, number or reference. */
export function AccountFilter({ search: { account, server }, onChange }: Props) {
  const { t } = useTranslation();
  const { partner } = useMember();
  const [opened, setOpened] = useState(false);
  const [typed, setTyped] = useState('');
  const [asked] = useDebouncedValue(typed, TYPING_MS);
  const q = [...asked.trim()].slice(0, MOST_CHARACTERS).join('');
  const found = useQuery({
    ...consoleQuery(partner, 'GET online/getAccounts', { limit: SHOWN, ...(q ? { q } : {}) }),
    enabled: opened,
    placeholderData: keepPreviousData,
  });
  const chosen = useQuery({
    ...consoleQuery(partner, 'GET online/getAccount', {
      account_id: account ?? 0,
      ...(server ? { server } : {}),
    } as never),
    enabled: account !== undefined,
    retry: false,
  });
  const options = (found.data?.list ?? []).map(({ account_id, server: at, account_name }) => ({
    value: `${account_id} ${at}`,
    label: `${account_name} · ${account_id}`,
  }));
  const value = account === undefined ? null : `${account} ${server ?? ''}`.trim();
  const known = options.some((option) => option.value === value);
  if (value && !known)
    options.unshift({
      value,
      label: chosen.data ? `${chosen.data.account_name} · ${account}` : String(account),
    });
  const choose = (picked: string | null) => {
    const [id, at] = (picked ?? '').split(' ');
    onChange({ account: id ? Number(id) : undefined, server: at || undefined, actor: undefined });
  };
  return (
    <Select
      size="sm"
      aria-label={t('partnerActivity.account')}
      placeholder={t('partnerActivity.everyAccount')}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('partnerActivity.everyAccount') }}
      value={value}
      data={options}
      filter={({ options: all }) => all}
      nothingFoundMessage={found.isFetching ? t('common.loading') : t('partnerActivity.noAccount')}
      onSearchChange={setTyped}
      onDropdownOpen={() => {
        setOpened(true);
        setTyped('');
      }}
      onChange={choose}
    />
  );
}
