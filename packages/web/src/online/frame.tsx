import type { Role } from '@switchboard/contract';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../ui/icons.tsx';
import { Mark } from '../ui/mark.tsx';
import { MenuButton, PersonMenu } from './person-menu.tsx';
import './frame.css';

const pages = [
  { to: '/accounts/$accountId/workflow-builder', name: 'builder.title', icon: 'flow' },
  { to: '/accounts/$accountId/settings', name: 'settings.title', icon: 'settings' },
  { to: '/accounts/$accountId/agents', name: 'agents.title', icon: 'agents' },
  { to: '/accounts/$accountId/activity', name: 'activity.title', icon: 'activity' },
] as const;

type Props = {
  /** The account whose pages the bar shows; without one it shows the way to the accounts. */
  account: { id: number; name: string; role?: Role } | undefined;
  byLink: boolean;
  children: ReactNode;
};

/** The bar at the start side, at the bottom on a small screen, and the page beside it. */
export function Frame({ account, byLink, children }: Props) {
  const { t } = useTranslation();

  return (
    <div className="frame">
      <a href="#main" className="unseen">
        {t('frame.skip')}
      </a>
      <header className="bar">
        <div className="bar-head">
          <Mark />
          <strong className="own-direction" title={account?.name}>
            {account ? <bdi>{account.name}</bdi> : 'Switchboard'}
          </strong>
          <MenuButton />
        </div>
        {byLink && (
          <p className="bar-note">
            <Icon name="warning" />
            <span>{t('frame.byLink')}</span>
          </p>
        )}
        <nav aria-label={t('frame.pages')} className="bar-pages">
          {account ? (
            pages.map(({ to, name, icon }) => (
              <Link
                key={to}
                to={to}
                params={{ accountId: String(account.id) }}
                className="bar-item"
              >
                <Icon name={icon} />
                <span>{t(name)}</span>
              </Link>
            ))
          ) : (
            <Link to="/accounts" className="bar-item">
              <Icon name="accounts" />
              <span>{t('accounts.title')}</span>
            </Link>
          )}
        </nav>
        <PersonMenu role={account?.role} hasAccount={account !== undefined} />
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
