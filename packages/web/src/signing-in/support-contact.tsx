import type { SupportContact } from '@switchboard/contract';
import { useTranslation } from 'react-i18next';

/** Whom to ask about an account; nothing where the partner says nothing. */
export function SupportLines({ support }: { support: SupportContact }) {
  const { t } = useTranslation();
  if (!support.name && !support.url && !support.email) return null;
  return (
    <section className="stack-tight" aria-labelledby="support">
      <h2 id="support" className="h3">
        {t('disabled.support')}
      </h2>
      {support.name && (
        <p>
          <bdi>{support.name}</bdi>
        </p>
      )}
      {support.email && (
        <a href={`mailto:${support.email}`} dir="ltr" className="code">
          {support.email}
        </a>
      )}
      {support.url && (
        <a href={support.url} dir="ltr" className="code" rel="noopener noreferrer">
          {support.url}
        </a>
      )}
    </section>
  );
}
