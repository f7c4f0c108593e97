import type { SupportContact } from '@switchboard/contract';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { CardPage } from '../ui/card-page.tsx';
import { setFavicon } from '../ui/mark.tsx';
import { SupportLines } from './support-contact.tsx';

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
      {support && <SupportLines support={support} />}
      <div className="row">{leave}</div>
    </CardPage>
  );
}
