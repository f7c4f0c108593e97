import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { credentialsQuery } from '../credentials/credential-calls.ts';
import { useMember } from '../member.ts';
import { peopleQuery } from '../people/people-calls.ts';
import type { PartnerActivitySearch } from './activity-search.ts';

type Props = { search: PartnerActivitySearch; onChange: (part: PartnerActivitySearch) => void };

/** One of the partner's people or programs; whom it does not know (an agent, say) by the id. */
export function ActorFilter({ search: { actor = '' }, onChange }: Props) {
  const { t } = useTranslation();
  const { partner } = useMember();
  const people = (useQuery(peopleQuery(partner)).data?.list ?? []).map((one) => ({
    value: one.person_id,
    label: one.name,
  }));
  const programs = (useQuery(credentialsQuery(partner)).data?.list ?? []).map((one) => ({
    value: one.client_id,
    label: one.name || one.client_id,
  }));
  const isUnknown = actor !== '' && ![...people, ...programs].some(({ value }) => value === actor);
  return (
    <NativeSelect
      size="sm"
      aria-label={t('activity.person')}
      value={actor}
      onChange={({ target }) => onChange({ actor: target.value || undefined })}
    >
      <option value="">{t('activity.everyone')}</option>
      {isUnknown && (
        <option value={actor}>
          {/^\d+$/.test(actor) ? t('partnerActivity.agentNumber', { id: actor }) : actor}
        </option>
      )}
      {[
        { name: 'people', options: people },
        { name: 'programs', options: programs },
      ].map(
        ({ name, options }) =>
          options.length > 0 && (
            <optgroup key={name} label={t(`partnerActivity.${name}`)}>
              {options.map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </optgroup>
          ),
      )}
    </NativeSelect>
  );
}
