import { useTranslation } from 'react-i18next';
import { StatusBadge } from '../../status-badge.tsx';
import type { Account } from '../account-calls.ts';
import '../../../ui/facts.css';

/** The three settings for those who may read them only. */
export function SettingsText({ account }: { account: Account }) {
  const { t } = useTranslation();
  const { account_name, builder_url } = account;
  return (
    <section className="panel stack" aria-labelledby="account-settings">
      <h2 id="account-settings">{t('settings.title')}</h2>
      <dl className="facts">
        <dt>{t('settings.account_name')}</dt>
        <dd>
          <bdi>{account_name}</bdi>
        </dd>
        <dt>{t('settings.account_status')}</dt>
        <dd>
          <StatusBadge on={account.account_status === 1} held={account.held !== undefined} />
        </dd>
        <dt>{t('settings.builder_url')}</dt>
        <dd>
          {builder_url ? (
            <span dir="ltr" className="code">
              {builder_url}
            </span>
          ) : (
            t('common.none')
          )}
        </dd>
      </dl>
    </section>
  );
}
