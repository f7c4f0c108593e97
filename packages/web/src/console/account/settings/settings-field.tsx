import { TextInput } from '@mantine/core';
import { codePoints } from '@switchboard/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { limits, readField, type TypedField } from './settings-draft.ts';

type Props = {
  field: TypedField;
  value: string;
  /** By the server, for what only it knows. */
  isRefused: boolean;
  onChange: (value: string) => void;
};

/** Judged while it is typed: what is too long at once, what may not be finished yet when it is left. */
export function SettingsField({ field, value, isRefused, onChange }: Props) {
  const { t } = useTranslation();
  const [left, setLeft] = useState(false);
  const limit = limits[field];
  const length = codePoints(value.trim());
  const isWrong = readField(field, value) === undefined;
  const isLink = field === 'builder_url';
  const error = isRefused
    ? t(isLink ? 'console.account.wrong.link_refused' : 'console.account.wrong.account_name')
    : isWrong && (left || length > limit) && t(`console.account.wrong.${field}`);
  return (
    <TextInput
      name={field}
      autoComplete="off"
      {...(isLink ? { type: 'url', dir: 'ltr', placeholder: 'https://' } : { dir: 'auto' })}
      label={t(`settings.${field}`)}
      description={
        <span className={length > limit ? 'is-off' : undefined}>
          {t(`console.account.counter.${field}`, { count: length, limit })}
        </span>
      }
      value={value}
      error={error}
      onChange={({ target }) => onChange(target.value)}
      onBlur={() => setLeft(true)}
    />
  );
}
