import { hostOfLink } from '@switchboard/contract';
import { useTranslation } from 'react-i18next';
import { BuilderFound } from '../../../builder-look/builder-found.tsx';
import type { Account } from '../account-calls.ts';
import { Card } from './card.tsx';

/** The builder's host, and how it was found when it was last looked at. */
export function BuilderCard({ account: { builder_url, builder_check } }: { account: Account }) {
  const { t } = useTranslation();
  const host = hostOfLink(builder_url);
  return (
    <Card id="account-builder" title={t('builder.title')}>
      {host ? (
        <div className="stack-tight">
          <a
            href={builder_url}
            target="_blank"
            rel="noopener noreferrer"
            dir="ltr"
            className="code"
          >
            {host}
            <span className="unseen">{t('common.newTab')}</span>
          </a>
          {builder_check && <BuilderFound check={builder_check} />}
        </div>
      ) : (
        <p className="muted">{t('console.account.noBuilder')}</p>
      )}
    </Card>
  );
}
