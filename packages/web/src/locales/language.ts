/** The two languages: which one is shown, its words loaded on demand, direction and cookie. */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { writeCookie } from './cookies.ts';

export type Language = 'en' | 'he';

const words = {
  en: () => import('./en.json'),
  he: () => import('./he.json'),
};

export const directionOf = (language: string) => (language === 'he' ? 'rtl' : 'ltr');

/** The server has chosen already (cookie, else the browser's wish) and says so in `<html lang>`. */
export async function startLanguage(): Promise<void> {
  const language: Language = document.documentElement.lang === 'he' ? 'he' : 'en';
  const { default: translation } = await words[language]();
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { translation } },
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  document.documentElement.dir = directionOf(language);
}

export async function switchLanguage(language: Language): Promise<void> {
  writeCookie('switchboard.language', language);
  if (language === i18next.language) return;
  if (!i18next.hasResourceBundle(language, 'translation')) {
    const { default: translation } = await words[language]();
    i18next.addResourceBundle(language, 'translation', translation);
  }
  document.documentElement.lang = language;
  document.documentElement.dir = directionOf(language);
  await i18next.changeLanguage(language);
}
