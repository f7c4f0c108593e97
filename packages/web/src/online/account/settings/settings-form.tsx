import { Button, NativeSelect, TextInput } from '@mantine/core';
import { type AccountSettings, languages, settingsChange } from '@switchboard/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiFailure } from '../../../api/request.ts';
import { changeSettings, logKey, workspaceQuery } from '../../../api/workspace.ts';
import { AskBeforeLeaving } from '../../../signing-in/unsaved.tsx';
import { useOutcome } from '../../../ui/outcome.tsx';
import { BusinessHoursField } from './business-hours.tsx';
import { TimeZoneField } from './time-zone-field.tsx';

type Props = { accountId: number; settings: AccountSettings };

/** Where a failure is told beside its field; hours are told by their day. */
const fields = new Set(['time_zone', 'support_email']);

/** What was typed lies over what the account says now, so a live change never undoes typing. */
export function SettingsForm({ accountId, settings }: Props) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<Partial<AccountSettings>>({});
  const [wrong, setWrong] = useState<Set<string>>(new Set());
  const client = useQueryClient();
  const shown = { ...settings, ...draft };
  const outcome = useOutcome();

  const save = useMutation({
    mutationFn: (change: Partial<AccountSettings>) => changeSettings(accountId, change),
    onSuccess: (saved) => {
      client.setQueryData(
        workspaceQuery(accountId).queryKey,
        (state) => state && { ...state, settings: saved },
      );
      setDraft({});
      outcome.succeed(t('settings.saved'));
      void client.invalidateQueries({ queryKey: logKey(accountId) });
    },
    onError: (failure) => {
      const parameter = failure instanceof ApiFailure ? failure.parameter : undefined;
      if (parameter) setWrong(new Set([parameter]));
      outcome.fail(failure, fields.has(parameter ?? ''));
    },
  });

  const change = changed(settings, draft);
  const set = (part: Partial<AccountSettings>) => {
    setDraft({ ...draft, ...part });
    setWrong(new Set([...wrong].filter((path) => !((path.split('.')[0] ?? '') in part))));
    outcome.begin();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    outcome.begin();
    const read = settingsChange.safeParse(change);
    const found = read.error?.issues.map(({ path }) => path.slice(0, 2).join('.')) ?? [];
    setWrong(new Set(found));
    if (read.success) save.mutate(change);
  };

  return (
    <form className="panel stack" onSubmit={submit} noValidate aria-labelledby="own-settings">
      <h2 id="own-settings">{t('settings.own')}</h2>
      <NativeSelect
        label={t('settings.language')}
        description={t('settings.languageWhy')}
        value={shown.language}
        data={languages.map((language) => ({ value: language, label: t(`language.${language}`) }))}
        onChange={({ target }) => set({ language: target.value as AccountSettings['language'] })}
      />
      <TimeZoneField
        zone={shown.time_zone}
        error={wrong.has('time_zone') && t('field.time_zone')}
        onChange={(time_zone) => set({ time_zone })}
      />
      <BusinessHoursField
        hours={shown.business_hours}
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
        error={wrong.has('support_email') && t('field.email')}
        onChange={({ target }) => set({ support_email: target.value })}
      />
      {outcome.notice}
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
      <AskBeforeLeaving unsaved={Object.keys(change).length > 0} />
    </form>
  );
}

/** Of the draft, what differs from what the account has. */
function changed(settings: AccountSettings, draft: Partial<AccountSettings>) {
  const differs = ([name, value]: [string, unknown]) =>
    JSON.stringify(value) !== JSON.stringify(settings[name as keyof AccountSettings]);
  return Object.fromEntries(Object.entries(draft).filter(differs)) as Partial<AccountSettings>;
}
