import { useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Language, switchLanguage } from '../locales/language.ts';
import { Icon } from './icons.tsx';
import './switches.css';

const schemes = ['light', 'dark', 'auto'] as const;

/** Names the other language, in that language. */
export function LanguageSwitch({ onSwitch }: { onSwitch?: (language: Language) => void }) {
  const { i18n } = useTranslation();
  const other = i18n.language === 'he' ? 'en' : 'he';
  const choose = async () => {
    await switchLanguage(other);
    onSwitch?.(other);
  };
  return (
    <button type="button" className="bar-item" lang={other} onClick={choose}>
      <Icon name="language" />
      <span>{other === 'he' ? 'עברית' : 'English'}</span>
    </button>
  );
}

export function ThemeSwitch() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <fieldset className="theme-switch" aria-label={t('theme.label')}>
      {schemes.map((scheme) => (
        <button
          key={scheme}
          type="button"
          aria-pressed={scheme === colorScheme}
          aria-label={t(`theme.${scheme}`)}
          title={t(`theme.${scheme}`)}
          onClick={() => setColorScheme(scheme)}
        >
          <Icon name={scheme} />
        </button>
      ))}
    </fieldset>
  );
}
