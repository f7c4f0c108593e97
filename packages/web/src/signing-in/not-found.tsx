import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { CardPage } from '../ui/card-page.tsx';

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <CardPage title={t('notFound.title')} sentence={t('notFound.sentence')}>
      <Link to="/">{t('notFound.home')}</Link>
    </CardPage>
  );
}
