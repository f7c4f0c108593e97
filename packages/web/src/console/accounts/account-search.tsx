import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../ui/icons.tsx';
import { useSearchKeys } from '../hotkey.ts';

const PAUSE_MS = 200;

type Props = { q: string; onChange: (q: string) => void };

/** Searches while one types; `/` leads here, Escape clears. */
export function AccountSearch({ q, onChange }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(q);
  const field = useRef<HTMLInputElement>(null);
  const sent = useRef(q);
  const send = useDebouncedCallback((text: string) => {
    sent.current = text.trim() ? text : '';
    onChange(sent.current);
  }, PAUSE_MS);
  useSearchKeys(useCallback(() => field.current?.select(), []));

  // Changed elsewhere: by history, or by a button that clears.
  useEffect(() => {
    if (q === sent.current) return;
    sent.current = q;
    setTyped(q);
  }, [q]);

  const type = (text: string) => {
    setTyped(text);
    send(text);
  };
  return (
    <TextInput
      ref={field}
      type="search"
      name="q"
      className="list-search"
      autoComplete="off"
      maxLength={100}
      dir="auto"
      aria-label={t('list.search')}
      placeholder={t('list.searchHint')}
      leftSection={<Icon name="search" />}
      rightSection={
        typed ? (
          <CloseButton size="sm" aria-label={t('list.clearSearch')} onClick={() => type('')} />
        ) : (
          <span className="list-key">/</span>
        )
      }
      value={typed}
      onChange={({ target }) => type(target.value)}
      onKeyDown={({ key }) => key === 'Escape' && type('')}
    />
  );
}
