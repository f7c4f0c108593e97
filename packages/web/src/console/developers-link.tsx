import { useTranslation } from 'react-i18next';

/** To the first page of those who call the API, which is no page of this app. */
export function DevelopersLink() {
  const { t } = useTranslation();
  return (
    <a href="/developers" className="small">
      {t('console.developersLong')}
    </a>
  );
}
