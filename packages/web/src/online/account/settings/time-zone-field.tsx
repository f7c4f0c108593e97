import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type Cities,
  isZoneLike,
  loadCities,
  zoneChoices,
  zoneLabel,
} from '../../../locales/cities.ts';
import type { Language } from '../../../locales/language.ts';
import { useTimes } from '../../../ui/time.tsx';

type Props = { zone: string; error: string | false; onChange: (zone: string) => void };

/** A time zone by its city, found by city or by the zone's own name. */
export function TimeZoneField({ zone, error, onChange }: Props) {
  const { t } = useTranslation();
  const [now] = useState(() => new Date());
  // Four hundred offsets take a while: only who looks at the list waits for them.
  const [opened, setOpened] = useState(false);
  const language = useTranslation().i18n.language as Language;
  const cities = useCities(language);
  const english = useCities('en');
  const { clock, known } = useTimes(zone);
  return (
    <Select
      label={t('settings.time_zone')}
      description={
        known ? t('settings.timeThere', { time: clock(now) }) : t('settings.zoneUnknown')
      }
      searchable
      allowDeselect={false}
      value={zone}
      data={
        opened
          ? zoneChoices(zone, cities, language, now)
          : [{ value: zone, label: zoneLabel(zone, cities, now) }]
      }
      filter={({ options, search }) =>
        options.filter((option) => 'value' in option && isZoneLike(search, option, english))
      }
      nothingFoundMessage={t('settings.noZone')}
      error={error}
      onDropdownOpen={() => setOpened(true)}
      onChange={(chosen) => chosen && onChange(chosen)}
    />
  );
}

/** A zone's city and offset, where it is read and not chosen. */
export function ZoneName({ zone }: { zone: string }) {
  const { t, i18n } = useTranslation();
  const cities = useCities(i18n.language as Language);
  const { known } = useTimes(zone);
  return (
    <>
      {zoneLabel(zone, cities, new Date())}
      {!known && <span className="muted small"> {t('settings.zoneUnknown')}</span>}
    </>
  );
}

/** Until they are there zones are called by their own names. */
function useCities(language: Language): Cities {
  const { data: cities = {} } = useQuery({
    queryKey: ['cities', language],
    queryFn: () => loadCities(language),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return cities;
}
