import { Button, NativeSelect, TextInput } from '@mantine/core';
import { languages, type Profile, profileChange } from '@switchboard/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changeProfile, profileQuery } from '../../api/profile.ts';
import { accountsQuery } from '../../api/workspace.ts';
import { type Language, switchLanguage } from '../../locales/language.ts';
import { useOutcome } from '../../ui/outcome.tsx';
import { ThemeSwitch } from '../../ui/switches.tsx';
import { AskBeforeLeaving } from '../unsaved.tsx';

export function ProfilePerson({ person }: { person: Profile['person'] }) {
  const { t, i18n } = useTranslation();
  const [typed, setName] = useState<string>();
  const [wrong, setWrong] = useState(false);
  const client = useQueryClient();
  const name = typed ?? person.name;

  const outcome = useOutcome();
  const save = useMutation({
    mutationFn: changeProfile,
    onError: (failure) => outcome.fail(failure),
    onSuccess: (_, { name: saved, language }) => {
      client.setQueryData(
        profileQuery.queryKey,
        (profile) =>
          profile && {
            ...profile,
            person: {
              ...profile.person,
              ...(saved ? { name: saved } : {}),
              ...(language ? { language } : {}),
            },
          },
      );
      if (saved) {
        setName(undefined);
        outcome.succeed(t('profile.saved'));
      }
      // The name stands on many pages.
      void client.invalidateQueries(saved ? {} : accountsQuery);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    outcome.begin();
    const read = profileChange.safeParse({ name });
    setWrong(!read.success);
    if (read.data?.name) save.mutate({ name: read.data.name });
  };
  const chooseLanguage = async (language: Language) => {
    outcome.begin();
    await switchLanguage(language);
    save.mutate({ language });
  };

  return (
    <section className="panel stack" aria-labelledby="person">
      <h2 id="person">{t('profile.person')}</h2>
      <form onSubmit={submit} noValidate className="stack">
        <TextInput
          name="name"
          autoComplete="name"
          label={t('common.name')}
          value={name}
          error={wrong && t('field.name')}
          onChange={({ target }) => setName(target.value)}
        />
        {outcome.notice}
        <div>
          <Button type="submit" variant="default" loading={save.isPending}>
            {t('profile.saveName')}
          </Button>
        </div>
      </form>
      <AskBeforeLeaving unsaved={typed !== undefined && typed !== person.name} />
      <NativeSelect
        label={t('profile.language')}
        value={i18n.language}
        data={languages.map((language) => ({ value: language, label: t(`language.${language}`) }))}
        onChange={({ target }) => void chooseLanguage(target.value as Language)}
      />
      <div>
        <span className="small field-name" aria-hidden="true">
          {t('theme.label')}
        </span>
        <ThemeSwitch />
      </div>
    </section>
  );
}
