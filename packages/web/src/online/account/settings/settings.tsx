import { useTranslation } from 'react-i18next';
import { PageTitle } from '../../../ui/frame/page-title.tsx';
import { Mark } from '../../../ui/mark.tsx';
import { useAccount } from '../open-account.ts';
import { SettingsForm } from './settings-form.tsx';
import { SettingsText } from './settings-text.tsx';
import '../../../ui/facts.css';
import './settings.css';

export function SettingsPage() {
  const { t } = useTranslation();
  const { account, settings, agent } = useAccount();
  const mayChange = agent.role === 'administrator';
  return (
    <>
      <PageTitle title={t('settings.title')} within={account.account_name} />
      <div className="stack">
        <section className="panel stack" aria-labelledby="partner-sets">
          <div>
            <h2 id="partner-sets">{t('settings.account')}</h2>
            <p className="muted small">{t('settings.partnerOnly')}</p>
          </div>
          <dl className="facts">
            <dt>{t('settings.account_name')}</dt>
            <dd>
              <bdi>{account.account_name}</bdi>
            </dd>
            <dt>{t('settings.account_status')}</dt>
            <dd className={account.account_status === 1 ? 'badge is-on' : 'badge is-off'}>
              <Mark open={account.account_status === 0} />
              {t(account.account_status === 1 ? 'status.active' : 'status.disabled')}
            </dd>
            <dt>{t('settings.builder_url')}</dt>
            <dd>
              {account.builder_url ? (
                <span dir="ltr" className="code">
                  {account.builder_url}
                </span>
              ) : (
                t('common.none')
              )}
            </dd>
            <dt>{t('settings.account_id')}</dt>
            <dd>
              <span dir="ltr" className="code">
                {account.account_id}
              </span>
            </dd>
            <dt>{t('settings.server')}</dt>
            <dd>
              <span dir="ltr" className="code">
                {account.server}
              </span>
            </dd>
          </dl>
        </section>
        {mayChange ? (
          <SettingsForm accountId={account.account_id} settings={settings} />
        ) : (
          <SettingsText settings={settings} />
        )}
      </div>
    </>
  );
}
