import { ActionIcon, Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from './icons.tsx';

const SHOWN_MS = 2_000;

type Props = {
  text: string;
  label: string;
  /** What is copied, where the label alone does not say it. */
  about?: string;
  /** Only the sign of it, where many stand below each other. */
  small?: boolean;
};

/** Copies a text and says so; without a clipboard (plain http) it selects nothing and says that. */
export function CopyButton({ text, label, about, small = false }: Props) {
  const { t } = useTranslation();
  const [result, setResult] = useState<'copied' | 'failed'>();

  useEffect(() => {
    if (!result) return;
    const timer = setTimeout(() => setResult(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [result]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setResult('copied');
    } catch {
      setResult('failed');
    }
  };

  const icon = <Icon name={result === 'copied' ? 'check' : 'copy'} />;
  return (
    <>
      {small ? (
        <ActionIcon
          variant="subtle"
          color="quiet"
          size={28}
          onClick={copy}
          aria-label={about ?? label}
          title={label}
        >
          {icon}
        </ActionIcon>
      ) : (
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={icon}
          onClick={copy}
          aria-label={about}
        >
          {result === 'copied' ? t('common.copied') : label}
        </Button>
      )}
      <span role="status" className={result === 'failed' ? 'small' : 'unseen'}>
        {result && t(`common.${result === 'failed' ? 'copyFailed' : 'copied'}`)}
      </span>
    </>
  );
}
