import { Button, NativeSelect, TextInput } from '@mantine/core';
import { languages, type Profile, profileChange } from '@switchboard/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changeProfile, profileQuery } from '../../api/profile.ts';
import { accountsQuery } from '../../api/workspace.ts';
import { type Language, switchLanguage } from '../../locales/language.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ThemeSwitch } from '../../ui/switches.tsx';

export function ProfilePerson({ person }: { person: Profile['person'] }) {
  const { t, i18n } = useTranslation();
  const [typed, setName] = useState<string>();
  const [wrong, setWrong] = useState(false);
  const client = useQueryClient();
  const name = typed ?? person.name;

  const save = useMutation({
    mutationFn: changeProfile,
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
      if (saved) setName(undefined);
      // The name stands on many pages.
      void client.invalidateQueries(saved ? {} : accountsQuery);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const read = profileChange.safeParse({ name });
    setWrong(!read.success);
    if (read.data?.name) save.mutate({ name: read.data.name });
  };
  const chooseLanguage = async (language: Language) => {
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
        {save.isSuccess && save.variables.name && <Notice kind="good">{t('profile.saved')}</Notice>}
        <FailureNote failure={save.error} />
        <div>
          <Button type="submit" variant="default" loading={save.isPending}>
            {t('profile.saveName')}
          </Button>
        </div>
      </form>
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
