import { Button, NativeSelect, Select, TextInput } from '@mantine/core';
import { type AccountSettings, languages, settingsChange } from '@switchboard/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiFailure } from '../../api/request.ts';
import { changeSettings, logKey, workspaceQuery } from '../../api/workspace.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useTimes } from '../../ui/time.tsx';
import { BusinessHoursField } from './business-hours.tsx';

type Props = { accountId: number; settings: AccountSettings; mayChange: boolean };

/** What was typed lies over what the account says now, so a live change never undoes typing. */
export function SettingsForm({ accountId, settings, mayChange }: Props) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<Partial<AccountSettings>>({});
  const [wrong, setWrong] = useState<Set<string>>(new Set());
  const client = useQueryClient();
  const shown = { ...settings, ...draft };
  const { clock } = useTimes(shown.time_zone);

  const save = useMutation({
    mutationFn: (change: Partial<AccountSettings>) => changeSettings(accountId, change),
    onSuccess: (saved) => {
      client.setQueryData(
        workspaceQuery(accountId).queryKey,
        (state) => state && { ...state, settings: saved },
      );
      setDraft({});
      void client.invalidateQueries({ queryKey: logKey(accountId) });
    },
    onError: (failure) => {
      if (failure instanceof ApiFailure && failure.parameter)
        setWrong(new Set([failure.parameter]));
    },
  });

  const change = changed(settings, draft);
  const set = (part: Partial<AccountSettings>) => {
    setDraft({ ...draft, ...part });
    if (save.isSuccess) save.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const read = settingsChange.safeParse(change);
    const found = read.error?.issues.map(({ path }) => path.slice(0, 2).join('.')) ?? [];
    setWrong(new Set(found));
    if (read.success) save.mutate(change);
  };
  const refused =
    save.error instanceof ApiFailure && save.error.parameter !== undefined && wrong.size > 0;

  return (
    <form className="panel stack" onSubmit={submit} noValidate aria-labelledby="own-settings">
      <h2 id="own-settings">{t('settings.own')}</h2>
      <NativeSelect
        label={t('settings.language')}
        description={t('settings.languageWhy')}
        value={shown.language}
        disabled={!mayChange}
        data={languages.map((language) => ({ value: language, label: t(`language.${language}`) }))}
        onChange={({ target }) => set({ language: target.value as AccountSettings['language'] })}
      />
      <Select
        label={t('settings.time_zone')}
        description={t('settings.timeThere', { time: clock(new Date()) })}
        dir="ltr"
        searchable
        allowDeselect={false}
        value={shown.time_zone}
        disabled={!mayChange}
        data={zones(settings.time_zone)}
        nothingFoundMessage={t('settings.noZone')}
        error={wrong.has('time_zone') && t('field.time_zone')}
        onChange={(zone) => zone && set({ time_zone: zone })}
      />
      <BusinessHoursField
        hours={shown.business_hours}
        disabled={!mayChange}
        wrong={wrong}
        onChange={(business_hours) => set({ business_hours })}
      />
      <TextInput
        type="email"
        name="support-email"
        dir="ltr"
        autoComplete="off"
        label={t('settings.support_email')}
        description={t('settings.supportWhy')}
        value={shown.support_email}
        disabled={!mayChange}
        error={wrong.has('support_email') && t('field.email')}
        onChange={({ target }) => set({ support_email: target.value })}
      />
      {save.isSuccess && <Notice kind="good">{t('settings.saved')}</Notice>}
      {!refused && <FailureNote failure={save.error} />}
      {mayChange && (
        <div>
          <Button
            type="submit"
            variant="filled"
            loading={save.isPending}
            disabled={Object.keys(change).length === 0}
          >
            {t('settings.save')}
          </Button>
        </div>
      )}
    </form>
  );
}

/** Of the draft, what differs from what the account has. */
function changed(settings: AccountSettings, draft: Partial<AccountSettings>) {
  const differs = ([name, value]: [string, unknown]) =>
    JSON.stringify(value) !== JSON.stringify(settings[name as keyof AccountSettings]);
  return Object.fromEntries(Object.entries(draft).filter(differs)) as Partial<AccountSettings>;
}

const zones = (present: string) => [
  ...new Set([present, 'UTC', ...Intl.supportedValuesOf('timeZone')]),
];
