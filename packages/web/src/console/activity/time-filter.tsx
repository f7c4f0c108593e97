import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dayBefore, type PartnerActivitySearch } from './activity-search.ts';

type Props = { search: PartnerActivitySearch; onChange: (part: PartnerActivitySearch) => void };

/** How many days before today each begins. */
const spans = { today: 0, week: 6, month: 29 } as const;
type Span = keyof typeof spans;
const names = Object.keys(spans) as Span[];

/** Since when, in a word; or from one day to another. */
export function TimeFilter({ search: { from, to }, onChange }: Props) {
  const { t } = useTranslation();
  const [picks, setPicks] = useState(false);
  const span = to ? undefined : names.find((name) => from === dayBefore(spans[name]));
  const isAny = !from && !to;
  const shown = picks || !(span || isAny) ? 'days' : (span ?? 'any');
  const choose = (value: string) => {
    setPicks(value === 'days');
    if (value === 'days') return;
    onChange({
      from: value === 'any' ? undefined : dayBefore(spans[value as Span]),
      to: undefined,
    });
  };
  return (
    <>
      <NativeSelect
        size="sm"
        aria-label={t('partnerActivity.time')}
        value={shown}
        data={['any', ...names, 'days'].map((value) => ({
          value,
          label: t(`partnerActivity.times.${value}`),
        }))}
        onChange={({ target }) => choose(target.value)}
      />
      {shown === 'days' &&
        (
          [
            ['from', from],
            ['to', to],
          ] as const
        ).map(([name, value]) => (
          <TextInput
            key={name}
            size="sm"
            type="date"
            className="activity-day"
            aria-label={t(`partnerActivity.${name}`)}
            value={value ?? ''}
            onChange={({ target }) => onChange({ [name]: target.value || undefined })}
          />
        ))}
    </>
  );
}
