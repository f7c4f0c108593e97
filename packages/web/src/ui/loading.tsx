import { Skeleton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import './loading.css';

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

/** Of a list: its lines, before what they say. */
export function LoadingRows({ count, height = 56 }: { count: number; height?: number }) {
  const { t } = useTranslation();
  return (
    <div role="status" className="loading-rows">
      <span className="unseen">{t('common.loading')}</span>
      {Array.from({ length: count }, (_, index) => index).map((index) => (
        <div key={index} aria-hidden="true" style={{ height }}>
          <Skeleton height={12} width={`${24 + ((index * 7) % 5) * 4}%`} />
          <Skeleton height={12} width="9%" />
          <Skeleton height={12} width="9%" />
        </div>
      ))}
    </div>
  );
}
