import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

type Props = {
  label: string;
  /** Backup codes hold letters; the others are digits. */
  digits: boolean;
  error: string | undefined;
  pending: boolean;
  submitLabel: string;
  onSubmit: (code: string) => void;
};

/** One code from an app, a mail or a list of backup codes. */
export function CodeForm({ label, digits, error, pending, submitLabel, onSubmit }: Props) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const [empty, setEmpty] = useState(false);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const typed = code.replace(/\s/g, '');
    setEmpty(typed === '');
    if (typed) onSubmit(typed);
  };

  return (
    <form onSubmit={submit} noValidate className="stack">
      <TextInput
        name="code"
        dir="ltr"
        autoComplete="one-time-code"
        inputMode={digits ? 'numeric' : 'text'}
        spellCheck={false}
        label={label}
        value={code}
        error={empty ? t('code.empty') : error}
        onChange={(event) => setCode(event.target.value)}
      />
      <Button type="submit" variant="filled" loading={pending}>
        {submitLabel}
      </Button>
    </form>
  );
}
