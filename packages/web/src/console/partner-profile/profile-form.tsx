import { Button, Checkbox, TextInput } from '@mantine/core';
import { endpoints } from '@switchboard/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { consoleHomeQuery } from '../../api/console-home.ts';
import { ConsoleRefusal } from '../../api/console-refusal.ts';
import { AskBeforeLeaving } from '../../signing-in/unsaved.tsx';
import { useOutcome } from '../../ui/outcome.tsx';
import { wrongFields } from '../form/fields.ts';
import { useMember } from '../member.ts';
import { usePasswordAgain } from '../password-again.tsx';
import { DisabledPreview } from './disabled-preview.tsx';
import { OwnFactor } from './own-factor.tsx';
import {
  changePartnerProfile,
  type PartnerProfile,
  type ProfileChange,
  partnerProfileQuery,
} from './profile-calls.ts';

type TextName = 'name' | 'support_name' | 'support_email' | 'support_url';
type Draft = Partial<Pick<PartnerProfile, TextName | 'requires_second_factor'>>;

const parameters = endpoints.updatePartnerProfile.request;

/** What was typed lies over what the partner has now, so a colleague's change undoes no typing. */
export function ProfileForm({ saved }: { saved: PartnerProfile }) {
  const { t } = useTranslation();
  const { partner } = useMember();
  const [draft, setDraft] = useState<Draft>({});
  const [wrong, setWrong] = useState<ReadonlySet<string>>(new Set());
  const client = useQueryClient();
  const password = usePasswordAgain();
  const outcome = useOutcome();
  const shown = { ...saved, ...draft };
  const change: ProfileChange = Object.fromEntries(
    Object.entries(draft).filter(([name, value]) => value !== saved[name as keyof PartnerProfile]),
  );
  const unsaved = Object.keys(change).length > 0;

  const save = useMutation({
    mutationFn: () => password.make(() => changePartnerProfile(partner, change)),
    onSuccess: async (profile) => {
      client.setQueryData(partnerProfileQuery(partner).queryKey, profile);
      setDraft({});
      outcome.succeed(t('partnerProfile.saved'));
      // The name stands in the frame.
      await client.invalidateQueries(consoleHomeQuery);
    },
    onError: (failure) => {
      const isOfField = failure instanceof ConsoleRefusal && failure.code === 'profile_invalid';
      const parameter = isOfField ? failure.parameter : undefined;
      if (parameter) setWrong(new Set([parameter]));
      outcome.fail(failure, parameter !== undefined);
    },
  });
  const set = (part: Draft) => {
    setDraft({ ...draft, ...part });
    setWrong(new Set([...wrong].filter((name) => !(name in part))));
    outcome.begin();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    outcome.begin();
    const { name, support_name, support_email, support_url } = shown;
    const found = wrongFields(parameters, { name, support_name, support_email, support_url });
    const all = name === '' ? new Set(['name', ...found]) : found;
    setWrong(all);
    if (all.size === 0) save.mutate();
  };
  const field = (name: TextName, description?: string) => (
    <TextInput
      name={name}
      autoComplete="off"
      {...(name.endsWith('name') ? {} : { dir: 'ltr' })}
      label={t(name === 'name' ? 'common.name' : `partnerProfile.${name}`)}
      description={description}
      value={shown[name]}
      error={wrong.has(name) && t(`partnerProfile.wrong.${name}`)}
      onChange={({ target }) => set({ [name]: target.value })}
    />
  );

  return (
    <div className="partner-profile">
      <form className="panel stack" onSubmit={submit} noValidate>
        {field('name', t('partnerProfile.nameWhy'))}
        <div className="profile-part">
          <h2 className="h3">{t('partnerProfile.support')}</h2>
          <p className="muted small">{t('partnerProfile.supportWhy')}</p>
        </div>
        {field('support_name')}
        {field('support_email')}
        {field('support_url')}
        <h2 className="h3 profile-part">{t('secondFactor.title')}</h2>
        <Checkbox
          label={t('partnerProfile.requires')}
          description={t('partnerProfile.requiresWhy')}
          checked={shown.requires_second_factor}
          onChange={({ target }) => set({ requires_second_factor: target.checked })}
        />
        {shown.requires_second_factor && !saved.requires_second_factor && <OwnFactor />}
        {outcome.notice}
        <div>
          <Button type="submit" variant="filled" loading={save.isPending} disabled={!unsaved}>
            {t('partnerProfile.save')}
          </Button>
        </div>
        <AskBeforeLeaving unsaved={unsaved} />
      </form>
      <DisabledPreview profile={shown} />
      {password.dialog}
    </div>
  );
}
