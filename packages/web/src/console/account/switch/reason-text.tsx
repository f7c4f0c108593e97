import { useTranslation } from 'react-i18next';
import { readReason } from './status-reason.ts';

/** Why an account was switched off, its category in the language of the page. */
export function ReasonText({ reason }: { reason: string }) {
  const { t } = useTranslation();
  const { category, words } = readReason(reason);
  if (!category) return <bdi>{words}</bdi>;
  return (
    <>
      {t(`console.account.category.${category}`)}
      {words && (
        <>
          {': '}
          <bdi>{words}</bdi>
        </>
      )}
    </>
  );
}
