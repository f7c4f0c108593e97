import { Skeleton } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Keeps the place of what is on its way, about as tall as that will be. */
export function Loading({ height }: { height: number }) {
  const { t } = useTranslation();
  return (
    <div role="status">
      <span className="unseen">{t('common.loading')}</span>
      <Skeleton height={height} />
    </div>
  );
}
