import type { SupportContact } from '@switchboard/contract';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { CardPage } from '../ui/card-page.tsx';
import { setFavicon } from '../ui/mark.tsx';

type Props = {
  name: string | undefined;
  support: SupportContact | undefined;
  /** Ways out of here. */
  leave: ReactNode;
};

/** The account is off: what that means, and whom to ask. */
export function DisabledPage({ name, support, leave }: Props) {
  const { t } = useTranslation();

  useEffect(() => {
    setFavicon(true);
    return () => setFavicon(false);
  }, []);

  return (
    <CardPage title={t('disabled.title')} sentence={t('disabled.sentence')} disabled>
      {name && (
        <p>
          <strong>
            <bdi>{name}</bdi>
          </strong>
        </p>
      )}
      {support && (support.name || support.url || support.email) && (
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
      )}
      <div className="row">{leave}</div>
    </CardPage>
  );
}
