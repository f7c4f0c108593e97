import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CardPage } from '../ui/card-page.tsx';

/** A page that broke, or whose script is gone since a newer version was installed. */
export function ErrorPage() {
  const { t } = useTranslation();
  return (
    <CardPage title={t('broken.title')} sentence={t('broken.sentence')}>
      <Button variant="filled" onClick={() => location.reload()}>
        {t('broken.reload')}
      </Button>
    </CardPage>
  );
}
