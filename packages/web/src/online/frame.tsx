import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { changeProfile } from '../api/profile.ts';
import { accountsQuery } from '../api/workspace.ts';
import { SignOutButton } from '../signing-in/sign-out.tsx';
import { Icon } from '../ui/icons.tsx';
import { Mark } from '../ui/mark.tsx';
import { LanguageSwitch, ThemeSwitch } from '../ui/switches.tsx';
import './frame.css';

const pages = [
  { to: '/accounts/$accountId/workflow-builder', name: 'builder.title', icon: 'flow' },
  { to: '/accounts/$accountId/settings', name: 'settings.title', icon: 'settings' },
  { to: '/accounts/$accountId/agents', name: 'agents.title', icon: 'agents' },
  { to: '/accounts/$accountId/activity', name: 'activity.title', icon: 'activity' },
] as const;

type Props = {
  /** The account whose pages the bar shows; without one it shows the way to the accounts. */
  account: { id: number; name: string } | undefined;
  byLink: boolean;
  children: ReactNode;
};

/** The bar at the start side, at the bottom on a small screen, and the page beside it. */
export function Frame({ account, byLink, children }: Props) {
  const { t } = useTranslation();
  const foot = useRef<HTMLDivElement>(null);
  const several = (useQuery(accountsQuery).data?.accounts.length ?? 0) > 1;
  // The foot is a popover on small screens; a link in it closes it.
  const close = () => foot.current?.hidePopover();

  return (
    <div className="frame">
      <a href="#main" className="unseen">
        {t('frame.skip')}
      </a>
      <header className="bar">
        <div className="bar-head">
          <Mark />
          <strong title={account?.name}>
            {account ? <bdi>{account.name}</bdi> : 'Switchboard'}
          </strong>
          <button
            type="button"
            className="bar-menu"
            popoverTarget="menu"
            aria-label={t('frame.menu')}
          >
            <Icon name="menu" />
          </button>
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
        <div id="menu" ref={foot} popover="auto" className="bar-foot">
          {account && several && (
            <Link
              to="/accounts"
              activeOptions={{ exact: true }}
              className="bar-item"
              onClick={close}
            >
              <Icon name="accounts" />
              <span>{t('frame.otherAccount')}</span>
            </Link>
          )}
          <Link to="/profile" className="bar-item" onClick={close}>
            <Icon name="person" />
            <span>{t('profile.title')}</span>
          </Link>
          {/* The choice is kept for this browser in any case; a link session keeps no more. */}
          <LanguageSwitch
            onSwitch={(language) => void changeProfile({ language }).catch(() => undefined)}
          />
          <ThemeSwitch />
          <SignOutButton />
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
